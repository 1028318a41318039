-- jsetnx: create a job; one that exists is left alone.
-- call: jsetnx 3 jobs jobs:schedule jobs:runners now id runner payload interval [start] [stop] [lambda] [step]
-- returns: 1, or 0 if it exists
function commands.jsetnx(keys, args)
  plain.enter(keys[1], 'jobs')
  require_whole()
  if redis.call('HEXISTS', door .. 'jobs', args[2] or '') == 1 then
    return 0
  end
  return set_job(args, 'jsetnx')
end
