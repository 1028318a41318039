-- nth_newest: the n-th newest run of each job.
-- args: jobs; n
-- returns: for each job its run or nil
function reads.nth_newest(args)
  local jobs, n = unpack(args)
  local found = {}
  for i, job in ipairs(jobs) do
    found[i] = redis.call('ZREVRANGE', job_key(job), n - 1, n - 1)[1]
  end
  return found
end
