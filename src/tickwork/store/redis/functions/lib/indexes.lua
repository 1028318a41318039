-- Where runs are found: indexes that follow from a run's record alone.

local FEW = 50 -- jobs: of more together, one is soon not alone

local function count(run, change)
  local projects = counts[run[F.state]]
  if not projects then
    projects = {}
    counts[run[F.state]] = projects
  end
  projects[run[F.project]] = (projects[run[F.project]] or 0) + change
end

local function level_of(priority)
  return priority == 0 and '0' or int(priority) -- formatting a number costs as much as unpacking a record
end

local function queue_key(pool, priority)
  return named('queue:' .. level_of(priority), pool)
end

-- Does a run in that state keep others of its job from running? Cleaning up behind an old run does not.
function runs.occupies(run, state)
  return BUSY[state or run[F.state]] and run[F.origin] ~= 'cleanup'
end

local function busy_key(job)
  return named('busy', job)
end

local function waiting_key(job)
  return named('waiting', job)
end

local function job_key(job)
  return named('job', job)
end

local function ended_key(state)
  return named('ended', state)
end

-- The runs of the job that are queued, claimed or running, by id.
function runs.all_busy(job)
  return members_of(busy_key(job))
end

-- The runs of the job that wait, by id.
function runs.all_waiting(job)
  return members_of(waiting_key(job))
end

-- Has the job no run that is not over? Most have none: one command instead of two, and no tables.
function runs.is_alone(job)
  local busy, waiting = busy_key(job), waiting_key(job)
  return not memberships[busy] and not memberships[waiting]
    and (alone[job] or redis.call('EXISTS', busy, waiting) == 0)
end

-- Look at many jobs with few commands, for `is_alone` to find.
function runs.look_alone(jobs)
  for first = 1, #jobs, FEW do
    local keys, last = {}, math.min(first + FEW - 1, #jobs)
    for i = first, last do
      local n = 2 * (i - first)
      keys[n + 1], keys[n + 2] = busy_key(jobs[i]), waiting_key(jobs[i])
    end
    local are = redis.call('EXISTS', unpack(keys)) == 0
    for i = first, are and last or 0 do
      alone[jobs[i]] = true
    end
  end
end

function runs.is_busy(job)
  return runs.all_busy(job)[1] ~= nil
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
  put(named('priorities', pool), level_of(priority), priority)
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
    drop(named('waits', run[F.wait]), id)
    if run[F.wait] == 'deferred' then
      drop(base .. 'deferred', id)
    end
  elseif state == 'queued' then
    lift_queued(run)
  else
    leave(named('held', run[F.session]), id)
    if run[F.cancel] then
      leave(named('orders', run[F.session]), id)
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
  runs.touch(run)
  if TERMINAL[state] then
    put(ended_key(state), id, 0)
  elseif state == 'waiting' then
    join(waiting_key(run[F.job]), id)
    put(named('waits', run[F.wait]), id, 0)
    if run[F.wait] == 'deferred' then
      put(base .. 'deferred', id, run[F.ready_at])
    elseif run[F.wait] == 'overlap' then
      mind_line(run[F.job])
    end
  elseif state == 'queued' then
    place_queued(run)
  else
    join(named('held', run[F.session]), id)
    if run[F.cancel] then
      join(named('orders', run[F.session]), id)
    end
  end
end

-- It goes on waiting, for something else.
function runs.wait_for(run, what)
  runs.lift(run)
  run[F.wait] = what
  runs.place(run)
end

-- Its occurrence is this run's from now on, if it is of one. Returns the run that it is already, if there is one.
function runs.stand_for(run)
  local key = run[F.nominal] and (base .. 'occurrence:' .. run[F.schedule])
  if not key or redis.call('HSETNX', key, run[F.nominal], run[F.id]) == 1 then
    return nil
  end
  local other = runs.get(redis.call('HGET', key, run[F.nominal]))
  if not other then
    redis.call('HSET', key, run[F.nominal], run[F.id])
  end
  return other
end

-- A run that is new here.
function runs.settle_in(run)
  records[run[F.id]] = run
  put(job_key(run[F.job]), run[F.id], 0)
  if run[F.group] then
    put(base .. 'group:' .. run[F.group], run[F.id], 0)
  end
  if not TERMINAL[run[F.state]] then
    put(base .. 'live', run[F.id], 0)
  end
  if runs.occupies(run) then
    join(busy_key(run[F.job]), run[F.id])
  end
  runs.place(run)
end
