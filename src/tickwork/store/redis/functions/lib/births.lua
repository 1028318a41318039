-- How runs are born: keys first, then the overlap rule (its sentences are in the docstring of `Ledger.fire`).
-- A birth is {run, overlap, numbers of the blobs with its parameters and its pins, each or false}. The run may be packed,
-- as it would be written; `births.read` puts the record in its place, and what it was behind it.

local BORN = 1 -- the reply for one that came as it was wished

local births = {}
local entry_of -- how a run stands in a plain client's queue; door.lua says it
local definitions = {} -- of this call, by revision, by job: the view of a plain client's job, else true

local function read_definition(job, revision)
  local text = documents.definition(job, revision)
  if not text then
    refuse('NOT_FOUND', 'job ' .. job .. ' has no definition of revision ' .. int(revision) .. '; put the job first')
  end
  local plain = string.find(text, ',"door":1', 1, true) and documents.read(text).view
  return plain and plain.door and plain or true
end

local function definition_of(run)
  local job, revision = run[F.job], run[F.revision]
  local known = definitions[revision]
  if not known then
    known = {}
    definitions[revision] = known
  end
  known[job] = known[job] or read_definition(job, revision)
  return known[job]
end

-- The records of births, and with few commands what they will be decided by.
function births.read(children)
  local ids, jobs, exclusive = {}, {}, {}
  for i, child in ipairs(children) do
    if type(child[1]) == 'string' then
      child[5], child[1] = child[1], runs.read(child[1])
    end
    ids[i], jobs[i] = child[1][F.id], child[1][F.job]
    exclusive[#exclusive + 1] = child[2] ~= 'allow' and jobs[i] or nil
  end
  definitions = {}
  read_fields(documents.shelf('job'), jobs)
  runs.load(ids)
  runs.look_alone(exclusive)
end

-- Everything that may be refused is refused here, before anything is written.
function births.check(children)
  for _, child in ipairs(children) do
    local run = child[1]
    definition_of(run)
    runs.require_legal(run[F.id], nil, run[F.state], run[F.reason])
  end
end

-- Cancel what has not begun, ask for the end of what has; returns whether any of them is held.
local function replace_others(run, at)
  local note, held = 'by run ' .. run[F.id], false
  local others = runs.all_busy(run[F.job])
  for _, id in ipairs(runs.all_waiting(run[F.job])) do
    others[#others + 1] = id
  end
  runs.load(others)
  for _, id in ipairs(others) do
    local other = records[id]
    if HELD[other[F.state]] then
      held = true
      if not other[F.cancel] then
        other[F.cancel] = 'replaced|' .. note
        join(base .. 'orders:' .. other[F.session], id)
        runs.touch(other)
        wake('orders')
      end
    elseif other[F.state] == 'queued' or other[F.wait] == 'overlap' then
      runs.move(other, { state = 'cancelled', reason = 'replaced', note = note, finished = at })
      runs.announce(other)
    end
  end
  return held
end

local function wait_in_line(run)
  run[F.state], run[F.wait] = 'waiting', 'overlap'
end

local function skip(run, earlier)
  run[F.state], run[F.reason], run[F.about] = 'skipped', 'overlap', earlier
  run[F.note] = run[F.note] or ('run ' .. earlier .. ' was not over')
end

-- The run as its job's other runs let it be born. `asked`: a person wants it, so it waits instead of being skipped.
function births.among_others(run, overlap, at, asked)
  if runs.is_alone(run[F.job]) then
    return
  end
  local busy, in_line = runs.all_busy(run[F.job])[1], runs.in_line(run[F.job])
  local earlier = busy or in_line
  if not earlier then
    return
  end
  if overlap == 'skip' then
    if asked then wait_in_line(run) else skip(run, earlier) end
  elseif overlap == 'queue' then
    if asked or not in_line then wait_in_line(run) else skip(run, in_line) end
  elseif replace_others(run, at) then
    wait_in_line(run)
  end
end

-- Plain clients take runs of jobs that a plain client made from `jobs:queue:<runner>`.
local function hand_out(run)
  local view = definition_of(run)
  if view ~= true and run[F.state] == 'queued' then
    run[F.runner] = view.runner
    run[F.entry] = entry_of(view, run)
    later('LPUSH', door .. 'jobs:queue:' .. view.runner, run[F.entry])
  end
end

local function bear_one(child, blobs, at, asked)
  local run, overlap, params, pins, wished = unpack(child, 1, 5)
  local known = runs.get(run[F.id]) or runs.stand_for(run)
  if known then
    return { known[F.id], known[F.state], known[F.reason], true }
  end
  local state, finished = run[F.state], run[F.finished]
  run[F.exclusive] = overlap ~= 'allow'
  if run[F.state] == 'queued' and run[F.exclusive] then
    births.among_others(run, overlap, at, asked)
  end
  if TERMINAL[run[F.state]] then
    run[F.finished] = run[F.finished] or at
  end
  run[F.given] = params and true or false
  hand_out(run)
  runs.bear(run)
  if params then
    keep(base .. 'params:' .. run[F.id], blobs[params])
  end
  if pins then
    keep(base .. 'pins:' .. run[F.id], blobs[pins])
  end
  if run[F.wait] == 'upstream' then
    wake('outbox') -- whoever follows completions finds out whether it still has to wait
  end
  if wished and run[F.state] == state and run[F.finished] == finished and not run[F.entry] then
    runs.know_packed(run, wished)
    return BORN
  end
  return { run[F.id], run[F.state], run[F.reason], false }
end

-- Returns for each child {run, state, reason or false, whether it was there already}; for one that was packed, and came
-- as it was wished, BORN.
function births.bear(children, blobs, at, asked)
  local born = {}
  for i, child in ipairs(children) do
    born[i] = bear_one(child, blobs, at, asked)
  end
  return born
end
