-- depths: how many runs are queued, by lane.
-- returns: {lane, count} alternating
function reads.depths()
  local found = {}
  for _, pool in ipairs(redis.call('SMEMBERS', base .. 'pools')) do
    local count = 0
    for _, priority in ipairs(redis.call('ZRANGE', named('priorities', pool), 0, -1)) do
      count = count + redis.call('ZCARD', queue_key(pool, priority))
    end
    if count > 0 then
      found[#found + 1], found[#found + 2] = pool, count
    end
  end
  return found
end
