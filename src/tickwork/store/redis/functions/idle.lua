-- idle: rows of which nothing is due, by schedule.
-- args: projects or false; after; how many to look at
-- returns: {packed rows {job, row}, packed gaps or nil, schedule to go on behind or nil}; nil: `index` has not been through
-- all there is

local function is_one_of(project, projects)
  for _, one in ipairs(projects or {}) do
    if one == project then
      return true
    end
  end
  return not projects
end

function reads.idle(args)
  require_whole()
  if not indexing.is_over() then
    return nil
  end
  local projects, after, n = unpack(args)
  local rows, gaps = {}, {}
  local found = redis.call('ZRANGEBYLEX', base .. 'resting', '(' .. after, '+', 'LIMIT', 0, n)
  timetable.load(found)
  for _, schedule in ipairs(found) do
    local row, _, job = timetable.find(schedule)
    if row and not row[T.due] and is_one_of(row[T.project], projects) then
      rows[#rows + 1] = cmsgpack.pack({ job, row })
      gaps[#rows] = row[T.gap] and redis.call('HGET', base .. 'gaps', row[T.gap])
    end
  end
  return { rows, gaps, #found == n and found[n] or nil }
end
