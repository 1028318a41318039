-- due: the schedules that are due, earliest first, with what decides them.
-- args: at; limit
-- returns: {packed rows {job, row…}, packed gaps or nil, texts of the jobs, next due or '',
--   {ids, texts} of the switches, their version}

local function earlier(a, b)
  return a and b and math.min(a, b) or a or b
end

-- Rows of the first jobs that are due, with their job, and the earliest due after `at` that was seen on the way.
-- A job stands in `jobs:schedule` by its earliest due: the first n rows are all among the first n jobs'.
local function due_rows(at, limit)
  local found, next_due = {}, nil
  local jobs = redis.call('ZRANGEBYSCORE', door .. 'jobs:schedule', '-inf', at / 1e6, 'LIMIT', 0, limit)
  read_fields(base .. 'timetable', jobs)
  read_fields(documents.shelf('job'), jobs)
  for _, job in ipairs(jobs) do
    for _, row in ipairs(timetable.rows(job)) do
      if row[T.due] and row[T.due] <= at then
        found[#found + 1] = { job, row }
      elseif row[T.due] then
        next_due = earlier(next_due, row[T.due])
      end
    end
  end
  table.sort(found, function(a, b)
    local first, second = a[2], b[2]
    return first[T.due] < second[T.due] or (first[T.due] == second[T.due] and first[T.schedule] < second[T.schedule])
  end)
  return found, next_due
end

local function first_after(at)
  local low = string.format('(%.17g', at / 1e6)
  local found = redis.call('ZRANGEBYSCORE', door .. 'jobs:schedule', low, '+inf', 'LIMIT', 0, 1)
  local first
  for _, row in ipairs(found[1] and timetable.rows(found[1]) or {}) do
    first = earlier(first, row[T.due] or nil)
  end
  return first
end

local function all_switches()
  local ids, texts, after = {}, {}, ''
  while after do
    local page = reads.find({ 'switch', false, false, false, after, false, 1000 })
    for i, id in ipairs(page[1]) do
      ids[#ids + 1], texts[#texts + 1] = id, page[2][i]
    end
    after = #page[1] > 0 and page[1][#page[1]]
  end
  return { ids, texts }
end

function reads.due(args)
  require_whole()
  local at, limit = unpack(args)
  local found, next_due = due_rows(at, limit)
  local rows, gaps, texts = {}, {}, {}
  for _, entry in ipairs(found) do
    local job, row = unpack(entry)
    local text = #rows < limit and documents.definition(job, row[T.revision])
    if text then
      rows[#rows + 1], texts[#texts + 1] = cmsgpack.pack({ job, row }), text
      gaps[#rows] = row[T.gap] and redis.call('HGET', base .. 'gaps', row[T.gap])
    end
  end
  return { rows, gaps, texts, optional(earlier(next_due, first_after(at))), all_switches(), counter('switch') }
end
