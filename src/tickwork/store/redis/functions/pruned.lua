-- pruned: up to where the history of jobs may have holes.
-- args: jobs
-- returns: for each job the instant or nil
function reads.pruned(args)
  local found = {}
  for i, job in ipairs(args[1]) do
    found[i] = redis.call('HGET', base .. 'pruned', job)
  end
  return found
end
