-- jget: a job's metadata as JSON.
-- call: jget 1 jobs id
-- returns: the text, or nil
function commands.jget(keys, args)
  plain.enter(keys[1], 'jobs')
  require_whole()
  return redis.call('HGET', door .. 'jobs', args[1])
end
