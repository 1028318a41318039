-- beat: renew a session's lease and read its orders.
-- args: session; at; load of its host or false
-- returns: {1 if the session is lost, orders {run, epoch, fence, cancel}}
function writes.beat(args)
  local id, at, load = unpack(args)
  if not sessions.is_open(id) then
    return { 1, {} }
  end
  redis.call('HINCRBY', session_key(id), 'beat', 1)
  redis.call('HSET', session_key(id), 'seen', int(at))
  if load then
    redis.call('HSET', session_key(id), 'load', load)
  end
  local orders = {}
  local asked = redis.call('SMEMBERS', base .. 'orders:' .. id)
  table.sort(asked)
  for _, run in ipairs(asked) do
    local held = runs.get(run)
    orders[#orders + 1] = { run, held[F.epoch], held[F.fence], held[F.cancel] }
  end
  return { 0, orders }
end
