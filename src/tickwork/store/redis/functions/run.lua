-- run: one run with what stands beside it.
-- args: id
-- returns: {packed run or nil, params, result, error (each or nil)}
function reads.run(args)
  local packed = redis.call('GET', runs.key(args[1]))
  local beside = redis.call('HMGET', base .. 'beside:' .. args[1], 'params', 'result', 'error')
  return { packed, beside[1], beside[2], beside[3] }
end
