-- jset: create or change a job.
-- call: jset 3 jobs jobs:schedule jobs:runners now id runner payload interval [start] [stop] [lambda] [step]
--   times and lengths in seconds; start -1: now
-- returns: 1
function commands.jset(keys, args)
  plain.enter(keys[1], 'jobs')
  require_whole()
  return set_job(args, 'jset')
end
