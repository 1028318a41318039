-- queues: the lanes that have queued runs, and when the run at the head of each is ready.
-- returns: {lane, ready_at} alternating
function reads.queues()
  local found = {}
  for _, pool in ipairs(redis.call('SMEMBERS', base .. 'pools')) do
    for _, priority in ipairs(redis.call('ZREVRANGE', named('priorities', pool), 0, -1)) do
      local head = redis.call('ZRANGE', queue_key(pool, priority), 0, 0, 'WITHSCORES')
      if head[1] then
        found[#found + 1], found[#found + 2] = pool, head[2]
        break
      end
    end
  end
  return found
end
