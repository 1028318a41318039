-- run: one run with what stands beside it.
-- args: id
-- returns: {packed run or nil, params, result, error, pins (each or nil)}
function reads.run(args)
  local packed = redis.call('GET', runs.key(args[1]))
  return { packed, unpack(runs.beside(args[1])) }
end
