-- jdel: remove a job. Its history stays; what of it has not begun is cancelled.
-- call: jdel 2 jobs jobs:schedule id
-- returns: 1, or 0 if there was none
function commands.jdel(keys, args)
  plain.enter(keys[1], 'jobs')
  require_whole()
  local id, now = args[1], plain.now()
  if not plain.remove(id, now, 'jdel') then
    redis.call('ZREM', door .. 'jobs:schedule', id)
    return redis.call('HDEL', door .. 'jobs', id)
  end
  plain.cancel_pending(id, now, 'job ' .. id .. ' was removed by jdel')
  return 1
end
