-- Walks over runs in the order of their ids.

local history = {}

local GAPS_AT_ONCE = 2000
local ENDED = { 'succeeded', 'failed', 'skipped', 'missed', 'cancelled' }

-- Which sorted sets together have all runs of these states (none given: of all).
function history.sources(job, states)
  local live, keys = false, {}
  for _, state in ipairs(states) do
    if TERMINAL[state] then
      keys[#keys + 1] = ended_key(state)
    else
      live = true
    end
  end
  if job then
    return { job_key(job) }
  end
  if #states == 0 then
    for i, state in ipairs(ENDED) do
      keys[i] = ended_key(state)
    end
  end
  if live or #states == 0 then
    keys[#keys + 1] = base .. 'live'
  end
  return keys
end

-- The first n ids of a job's runs that are not over behind `after`, in order: few, however long its history is.
function history.live(job, newest, after, n)
  local ids = runs.all_busy(job)
  for _, id in ipairs(runs.all_waiting(job)) do
    ids[#ids + 1] = id
  end
  table.sort(ids, newest and function(a, b) return a > b end or nil)
  local found = {}
  for _, id in ipairs(ids) do
    if #found < n and (not after or (newest and id < after) or (not newest and id > after)) then
      found[#found + 1] = id
    end
  end
  return found
end

-- Are all of these states live ones?
function history.is_live(states)
  for _, state in ipairs(states) do
    if TERMINAL[state] then
      return false
    end
  end
  return #states > 0
end

-- The first n ids of the sources behind `after` (nil: from the beginning), in order.
function history.ids(keys, newest, after, n)
  local ids = {}
  for _, key in ipairs(keys) do
    local found
    if newest then
      found = redis.call('ZREVRANGEBYLEX', key, after and '(' .. after or '+', '-', 'LIMIT', 0, n)
    else
      found = redis.call('ZRANGEBYLEX', key, after and '(' .. after or '-', '+', 'LIMIT', 0, n)
    end
    for _, id in ipairs(found) do
      ids[#ids + 1] = id
    end
  end
  if #keys > 1 then
    table.sort(ids, newest and function(a, b) return a > b end or nil)
  end
  for i = #ids, n + 1, -1 do
    ids[i] = nil
  end
  return ids
end

-- Up to `through` the job's history may have holes. Returns whether that was not known.
function history.note_pruned(job, through)
  local key = base .. 'pruned'
  if through <= tonumber(redis.call('HGET', key, job) or '-1') then
    return false
  end
  redis.call('HSET', key, job, int(through))
  return true
end

-- Delete an ended run with all that stands beside it.
function history.forget(run)
  local id = run[F.id]
  local keys = { runs.key(id) }
  for _, name in ipairs({ 'params:', 'result:', 'error:', 'pins:' }) do
    keys[#keys + 1] = base .. name .. id
  end
  for attempt = 1, run[F.attempt] + 1 do
    keys[#keys + 1] = logs.key(id, attempt)
    keys[#keys + 1] = logs.bars(id, attempt)
  end
  redis.call('UNLINK', unpack(keys))
  drop(ended_key(run[F.state]), id)
  drop(job_key(run[F.job]), id)
  if run[F.group] then
    drop(base .. 'group:' .. run[F.group], id)
  end
  count(run, -1)
  if run[F.nominal] then
    redis.call('HDEL', base .. 'occurrence:' .. run[F.schedule], run[F.nominal])
  end
  history.note_pruned(run[F.job], run[F.slot] or run[F.created])
end

-- Forget up to `limit` gaps that ended before then. Looks at a bounded number of them.
function history.prune_gaps(before, limit)
  local gone = 0
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'gaps:all', '-inf', '(' .. int(before), 'LIMIT', 0, GAPS_AT_ONCE)) do
    local gap = timetable.gap(id)
    local row = timetable.find(gap[G.schedule])
    -- a schedule's newest entry stays: the scheduler may still extend it
    if gone < limit and gap[G.last] < before and not (row and row[T.gap] == id) then
      redis.call('HDEL', base .. 'gaps', id)
      drop(base .. 'gaps:all', id)
      drop(base .. 'gaps:' .. gap[G.job], id)
      history.note_pruned(gap[G.job], gap[G.last])
      gone = gone + 1
    end
  end
  return gone
end
