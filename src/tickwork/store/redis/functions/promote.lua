-- promote: let waiting runs go on; queued runs past their start deadline are missed.
-- args: at
-- returns: the next instant at which there is something to do, or ''

local STEP = 1000

local function miss_late(at)
  local late = redis.call('ZRANGEBYSCORE', base .. 'deadline', '-inf', '(' .. int(at), 'LIMIT', 0, STEP)
  runs.load(late)
  for _, id in ipairs(late) do
    runs.move(records[id], { state = 'missed', reason = 'deadline', finished = at })
    runs.announce(records[id])
  end
end

local function promote_deferred(at)
  local ripe = redis.call('ZRANGEBYSCORE', base .. 'deferred', '-inf', at, 'LIMIT', 0, STEP)
  runs.load(ripe)
  for _, id in ipairs(ripe) do
    local run = records[id]
    if run[F.exclusive] and runs.is_busy(run[F.job]) then
      -- its time has come but another run of the job is busy: from now on it waits for that one
      runs.wait_for(run, 'overlap')
    else
      runs.move(run, { state = 'queued' })
    end
  end
end

local function promote_line()
  for _, job in ipairs(redis.call('SRANDMEMBER', base .. 'free', STEP)) do
    local id = not runs.is_busy(job) and runs.in_line(job)
    if id then
      runs.move(records[id], { state = 'queued' })
    end
    leave(base .. 'free', job)
  end
end

local function earlier(a, b)
  return a and b and math.min(a, b) or a or b
end

local function first_from(key, low)
  local found = redis.call('ZRANGEBYSCORE', key, low, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  return tonumber(found[2])
end

-- The next moment at which a queued run becomes ready; wakes the claimers if one did since the last look.
local function next_ready(at)
  local seen = redis.call('HGET', base .. 'meta', 'promoted') or '-inf'
  local first
  for _, pool in ipairs(redis.call('SMEMBERS', base .. 'pools')) do
    local priorities = redis.call('ZRANGE', named('priorities', pool), 0, -1)
    if #priorities == 0 then
      leave(base .. 'pools', pool) -- of lanes, unlike pools, there may be ever new ones
    end
    for _, priority in ipairs(priorities) do
      local key = queue_key(pool, priority)
      if redis.call('EXISTS', key) == 0 then
        drop(named('priorities', pool), priority)
      end
      first = earlier(first, first_from(key, '(' .. int(at)))
      local became = first_from(key, '(' .. seen)
      if became and became <= at then
        wake('queued')
      end
    end
  end
  redis.call('HSET', base .. 'meta', 'promoted', int(at))
  return first
end

function writes.promote(args)
  local at = args[1]
  miss_late(at)
  flush()
  promote_deferred(at)
  promote_line()
  if not parts.saving() then
    door_sweep(at)
  end
  flush()
  local deadline = first_from(base .. 'deadline', int(at))
  local first = earlier(next_ready(at), deadline and deadline + 1)
  return optional(earlier(first, first_from(base .. 'deferred', '-inf')))
end
