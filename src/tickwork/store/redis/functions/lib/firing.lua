-- One schedule's fire: {schedule, expected version, cursor, due, children, gaps}.

local firing = {}

-- Read with few commands what the fires will be decided by and written to.
function firing.load(fires)
  local schedules, children = {}, {}
  for i, fire in ipairs(fires) do
    schedules[i] = fire[1]
    for _, child in ipairs(fire[5]) do
      children[#children + 1] = child
    end
  end
  timetable.load(schedules)
  births.read(children)
end

function firing.fits(fire)
  local row = timetable.find(fire[1])
  return row and row[T.version] == fire[2]
end

local function newest_slot(children)
  local newest
  for _, child in ipairs(children) do
    newest = math.max(newest or 0, child[1][F.slot] or 0)
  end
  return newest
end

-- Returns the born runs; nil if the row is not the one that was decided on.
function firing.one(fire, blobs, at)
  local row, _, job = timetable.find(fire[1])
  if not row or row[T.version] ~= fire[2] then
    return nil
  end
  local born = births.bear(fire[5], blobs, at, false)
  row[T.gap] = timetable.write_gaps(row, fire[6], newest_slot(fire[5]))
  row[T.cursor], row[T.due], row[T.version] = fire[3], fire[4], row[T.version] + 1
  timetable.save(job)
  return born
end
