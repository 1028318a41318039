-- attempts: ended attempts of a run, oldest first.
-- args: run
-- returns: packed attempts
function reads.attempts(args)
  return redis.call('LRANGE', base .. 'attempts:' .. args[1], 0, -1)
end
