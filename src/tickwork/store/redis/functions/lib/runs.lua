-- Runs: one packed record each (its layout is F), and indexes that follow from the record alone.

local runs = {}

function runs.key(id)
  return base .. 'run:' .. id
end

-- The records of `ids` by id; those that are not there are left out.
function runs.load(ids)
  local wanted = {}
  for _, id in ipairs(ids) do
    if records[id] == nil then
      records[id] = false
      wanted[#wanted + 1] = id
    end
  end
  for first = 1, #wanted, SLICE do
    local names = {}
    for i = first, math.min(first + SLICE - 1, #wanted) do
      names[#names + 1] = runs.key(wanted[i])
    end
    for i, packed in ipairs(redis.call('MGET', unpack(names))) do
      records[wanted[first + i - 1]] = packed and cmsgpack.unpack(packed)
    end
  end
  return records
end

function runs.get(id)
  return runs.load({ id })[id]
end

local function count(run, change)
  local field = run[F.state] .. ' ' .. run[F.project]
  counts[field] = (counts[field] or 0) + change
end

local function queue_key(pool, priority)
  return base .. 'queue:' .. pool .. ':' .. int(priority)
end

local function busy_key(job)
  return base .. 'busy:' .. job
end

local function waiting_key(job)
  return base .. 'waiting:' .. job
end

local function job_key(job)
  return base .. 'job:' .. job
end

local function ended_key(state)
  return base .. 'ended:' .. state
end

-- The runs of the job that are queued, claimed or running, by id.
function runs.all_busy(job)
  local ids = redis.call('SMEMBERS', busy_key(job))
  table.sort(ids)
  return ids
end

-- The runs of the job that wait, by id.
function runs.all_waiting(job)
  local ids = redis.call('SMEMBERS', waiting_key(job))
  table.sort(ids)
  return ids
end

function runs.is_busy(job)
  return redis.call('EXISTS', busy_key(job)) == 1
end

-- The oldest run that waits for its job's earlier ones, or nil.
function runs.in_line(job)
  for _, id in ipairs(runs.all_waiting(job)) do
    if runs.get(id)[F.wait] == 'overlap' then
      return id
    end
  end
end

-- A job that has runs in line and none that is busy stands in `free`, for `promote` to find.
local function mind_line(job)
  join(base .. 'free', job)
end

local function lift_queued(run)
  drop(queue_key(run[F.pool], run[F.priority]), run[F.id])
  if run[F.start_by] then
    drop(base .. 'deadline', run[F.id])
  end
  if run[F.entry] then
    -- the oldest entries stand at the right: looked for from there it is found at once
    later('LREM', door .. 'jobs:queue:' .. run[F.runner], -1, run[F.entry])
    run[F.entry] = false
  end
end

local function place_queued(run)
  local pool, priority = run[F.pool], run[F.priority]
  put(queue_key(pool, priority), run[F.id], run[F.ready_at])
  put(base .. 'priorities:' .. pool, int(priority), priority)
  join(base .. 'pools', pool)
  if run[F.start_by] and run[F.attempt] == 0 then
    put(base .. 'deadline', run[F.id], run[F.start_by])
  end
  wake('queued')
end

-- Take the run out of the indexes of its state.
function runs.lift(run)
  local id, state = run[F.id], run[F.state]
  count(run, -1)
  if state == 'waiting' then
    leave(waiting_key(run[F.job]), id)
    if run[F.wait] == 'deferred' then
      drop(base .. 'deferred', id)
    end
  elseif state == 'queued' then
    lift_queued(run)
  else
    leave(base .. 'held:' .. run[F.session], id)
    if run[F.cancel] then
      leave(base .. 'orders:' .. run[F.session], id)
    end
  end
end

-- A run that is over, or waits, does not keep others of its job from running.
local function lift_busy(run)
  leave(busy_key(run[F.job]), run[F.id])
  mind_line(run[F.job])
end

-- Put the run into the indexes of its state.
function runs.place(run)
  local id, state = run[F.id], run[F.state]
  count(run, 1)
  dirty[id] = run
  if TERMINAL[state] then
    put(ended_key(state), id, 0)
  elseif state == 'waiting' then
    join(waiting_key(run[F.job]), id)
    if run[F.wait] == 'deferred' then
      put(base .. 'deferred', id, run[F.ready_at])
    elseif run[F.wait] == 'overlap' then
      mind_line(run[F.job])
    end
  elseif state == 'queued' then
    place_queued(run)
  else
    join(base .. 'held:' .. run[F.session], id)
    if run[F.cancel] then
      join(base .. 'orders:' .. run[F.session], id)
    end
  end
end

-- A run that is new here.
function runs.settle_in(run)
  records[run[F.id]] = run
  put(job_key(run[F.job]), run[F.id], 0)
  if run[F.nominal] then
    later('HSET', base .. 'occurrence:' .. run[F.schedule], run[F.nominal], run[F.id])
  end
  if not TERMINAL[run[F.state]] then
    put(base .. 'live', run[F.id], 0)
  end
  if BUSY[run[F.state]] then
    join(busy_key(run[F.job]), run[F.id])
  end
  runs.place(run)
end

local function told(state, reason)
  return state .. (reason and (' (' .. reason .. ')') or '')
end

local function is_whole(run)
  local state = run[F.state]
  return (HELD[state] or false) == (run[F.session] and true)
    and (TERMINAL[state] or false) == (run[F.finished] and true)
    and (state == 'waiting') == (run[F.wait] and true)
end

-- Raises for a transition that the table does not have.
function runs.require_legal(id, source, target, reason)
  local reasons = (TRANSITIONS[source or ''] or {})[target]
  if not (reasons and reasons[reason or '']) then
    local from = source and ('go from ' .. source .. ' to ') or 'be born '
    refuse('ILLEGAL', 'run ' .. id .. ' may not ' .. from .. told(target, reason))
  end
end

-- Change fields of a run, its state among them.
function runs.move(run, changes)
  runs.require_legal(run[F.id], run[F.state], changes.state, changes.reason)
  local was = run[F.state]
  -- a claim that begins stays in all its indexes
  local stays = was == 'claimed' and changes.state == 'running'
  if stays then
    count(run, -1)
  else
    runs.lift(run)
  end
  run[F.reason], run[F.wait] = false, false
  for field, value in pairs(changes) do
    run[F[field]] = value
  end
  if not is_whole(run) then
    refuse('ILLEGAL', 'run ' .. run[F.id] .. ' may not be ' .. run[F.state] .. ' with such fields')
  end
  if stays then
    count(run, 1)
    dirty[run[F.id]] = run
  else
    runs.place(run)
  end
  if BUSY[was] and not BUSY[run[F.state]] then
    lift_busy(run)
  elseif BUSY[run[F.state]] and not BUSY[was] then
    join(busy_key(run[F.job]), run[F.id])
  end
  if TERMINAL[run[F.state]] then
    drop(base .. 'live', run[F.id])
  end
end

-- Without a change of state.
function runs.touch(run)
  dirty[run[F.id]] = run
end

function runs.bear(run)
  runs.require_legal(run[F.id], nil, run[F.state], run[F.reason])
  if not is_whole(run) then
    refuse('ILLEGAL', 'run ' .. run[F.id] .. ' may not be born ' .. run[F.state] .. ' with such fields')
  end
  runs.settle_in(run)
end

-- A terminal state's event; the outbox holds it until it is consumed.
function runs.announce(run)
  announced[#announced + 1] = run[F.id]
  wake('outbox')
  if run[F.state] == 'succeeded' then
    succeeded[run[F.job]] = run[F.finished]
  end
end

-- What a cancel request says: reason and words.
function runs.request(run)
  local reason, why = string.match(run[F.cancel], '^([^|]*)|?(.*)$')
  return reason, why
end

local RELEASED = { session = false, epoch = false, fence = false, cancel = false }

-- The run's claim is over: `changes` and no session any more.
function runs.let_go(run, changes)
  for field, value in pairs(RELEASED) do
    changes[field] = value
  end
  runs.move(run, changes)
  if TERMINAL[run[F.state]] then
    runs.announce(run)
  end
end

-- Does the claim with this fence still hold the run?
function runs.holds(run, of_epoch, n)
  return run and run[F.session] and run[F.fence] == n and run[F.epoch] == of_epoch and of_epoch == current_epoch()
end

-- The record of a run that this call does not change any more.
function runs.pack(run)
  local id = run[F.id]
  packed[id] = packed[id] or cmsgpack.pack(run)
  return packed[id]
end

local function flush_records()
  for _, run in pairs(dirty) do
    keep(runs.key(run[F.id]), runs.pack(run))
  end
  dirty, packed = {}, {}
end

local function flush_events()
  if #announced > 0 then
    local first = take('event', #announced)
    for i, id in ipairs(announced) do
      put(base .. 'outbox', id, first + i - 1)
    end
    announced = {}
  end
end

local function flush_counts()
  for field, change in pairs(counts) do
    if change ~= 0 and redis.call('HINCRBY', base .. 'counts', field, change) == 0 then
      redis.call('HDEL', base .. 'counts', field)
    end
  end
  counts = {}
end

local function flush_afterwards()
  for _, command in ipairs(afterwards) do
    redis.call(unpack(command))
  end
  afterwards = {}
end

-- Parameters, result and error, each or false.
function runs.beside(id)
  return redis.call('MGET', base .. 'params:' .. id, base .. 'result:' .. id, base .. 'error:' .. id)
end

-- Write what this call has changed so far.
local function flush()
  flush_records()
  flush_texts()
  flush_events()
  flush_sets()
  flush_counts()
  flush_afterwards()
end
