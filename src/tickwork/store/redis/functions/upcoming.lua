-- upcoming: rows of jobs in the order of their earliest due.
-- args: project or false; first job to look at (by rank); how many
-- returns: {packed rows {job, row}, packed gaps or nil, whether there are more jobs}
function reads.upcoming(args)
  require_whole()
  local project, first, n = unpack(args)
  local rows, gaps = {}, {}
  local jobs = redis.call('ZRANGE', door .. 'jobs:schedule', first, first + n - 1)
  for _, job in ipairs(jobs) do
    for _, row in ipairs(timetable.rows(job)) do
      if row[T.due] and (not project or row[T.project] == project) then
        rows[#rows + 1] = cmsgpack.pack({ job, row })
        gaps[#rows] = row[T.gap] and redis.call('HGET', base .. 'gaps', row[T.gap])
      end
    end
  end
  return { rows, gaps, #jobs == n and 1 or 0 }
end
