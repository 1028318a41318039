-- crowded: the jobs that have more runs than so many.
-- args: n; after; how many jobs to look at
-- returns: {ids, their projects, id to go on behind or nil}
function reads.crowded(args)
  require_whole()
  local n, after, look = unpack(args)
  local ids, projects = {}, {}
  local jobs = redis.call('ZRANGEBYLEX', named('ids', 'job'), '(' .. after, '+', 'LIMIT', 0, look)
  for _, job in ipairs(jobs) do
    if redis.call('ZCARD', job_key(job)) > n then
      ids[#ids + 1], projects[#projects + 1] = job, documents.current('job', job).project
    end
  end
  return { ids, projects, #jobs == look and jobs[look] or nil }
end
