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

-- Is any run of the job queued, claimed or running? The first one by id, or nil.
function runs.busy(job)
  return redis.call('ZRANGE', busy_key(job), 0, 0)[1]
end

-- The oldest run that waits for its job's earlier ones, or nil.
function runs.in_line(job)
  for _, id in ipairs(redis.call('ZRANGE', waiting_key(job), 0, -1)) do
    if runs.get(id)[F.wait] == 'overlap' then
      return id
    end
  end
end

-- A job that has runs in line and none that is busy stands in `free`, for `promote` to find.
local function mind_line(job)
  put(base .. 'free', job, 0)
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
  put(base .. 'pools', pool, 0)
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
    drop(waiting_key(run[F.job]), id)
    drop(base .. 'deferred', id)
  else
    drop(busy_key(run[F.job]), id)
    if state == 'queued' then
      lift_queued(run)
    else
      drop(base .. 'held:' .. run[F.session], id)
      drop(base .. 'orders:' .. run[F.session], id)
    end
  end
  drop(base .. 'live', id)
end

-- Put the run into the indexes of its state.
function runs.place(run)
  local id, state = run[F.id], run[F.state]
  count(run, 1)
  dirty[id] = run
  if TERMINAL[state] then
    put(ended_key(state), id, 0)
    return
  end
  put(base .. 'live', id, 0)
  if state == 'waiting' then
    put(waiting_key(run[F.job]), id, 0)
    if run[F.wait] == 'deferred' then
      put(base .. 'deferred', id, run[F.ready_at])
    elseif run[F.wait] == 'overlap' then
      mind_line(run[F.job])
    end
    return
  end
  put(busy_key(run[F.job]), id, 0)
  if state == 'queued' then
    place_queued(run)
  else
    put(base .. 'held:' .. run[F.session], id, 0)
    if run[F.cancel] then
      put(base .. 'orders:' .. run[F.session], id, 0)
    end
  end
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
  local job, was = run[F.job], run[F.state]
  runs.lift(run)
  run[F.reason], run[F.wait] = false, false
  for field, value in pairs(changes) do
    run[F[field]] = value
  end
  if not is_whole(run) then
    refuse('ILLEGAL', 'run ' .. run[F.id] .. ' may not be ' .. run[F.state] .. ' with such fields')
  end
  runs.place(run)
  if was ~= 'waiting' and not BUSY[run[F.state]] then
    mind_line(job)
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
  records[run[F.id]] = run
  put(job_key(run[F.job]), run[F.id], 0)
  if run[F.nominal] then
    later('HSET', base .. 'occurrence:' .. run[F.schedule], run[F.nominal], run[F.id])
  end
  runs.place(run)
end

-- A terminal state's event; the outbox holds it until it is consumed.
function runs.announce(run)
  put(base .. 'outbox', run[F.id], take('event'))
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

local function flush_records()
  local batch = {}
  for id, run in pairs(dirty) do
    batch[#batch + 1] = runs.key(id)
    batch[#batch + 1] = cmsgpack.pack(run)
    if #batch == 2 * SLICE then
      redis.call('MSET', unpack(batch))
      batch = {}
    end
  end
  if #batch > 0 then
    redis.call('MSET', unpack(batch))
  end
  dirty = {}
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

-- Write what this call has changed so far.
local function flush()
  flush_records()
  flush_sets()
  flush_counts()
  flush_afterwards()
end
