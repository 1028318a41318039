-- timetable: all rows of jobs.
-- args: jobs
-- returns: {packed rows {job, row}, packed gaps or nil}
function reads.timetable(args)
  require_whole()
  local rows, gaps = {}, {}
  read_fields(base .. 'timetable', args[1])
  for _, job in ipairs(args[1]) do
    for _, row in ipairs(timetable.rows(job)) do
      rows[#rows + 1] = cmsgpack.pack({ job, row })
      gaps[#rows] = row[T.gap] and redis.call('HGET', base .. 'gaps', row[T.gap])
    end
  end
  return { rows, gaps }
end
