-- The timetable: of each job a packed list of rows (their layout is T), and its earliest due in `jobs:schedule`,
-- in seconds, as plain clients read it.

local timetable = {}

-- Schedules are called `<job>#<key>`; only others need to be looked up.
local function conventional(schedule)
  return string.match(schedule, '^(.*)#[^#]*$')
end

function timetable.job_of(schedule)
  owners[schedule] = owners[schedule] or field_of(base .. 'schedules', schedule) or conventional(schedule)
  return owners[schedule]
end

-- Read the rows of many schedules at once.
function timetable.load(schedules)
  local jobs = {}
  read_fields(base .. 'schedules', schedules)
  for i, schedule in ipairs(schedules) do
    jobs[i] = timetable.job_of(schedule) or ''
  end
  read_fields(base .. 'timetable', jobs)
end

-- Rows of which nothing is due stand in `resting`, by schedule.
do
  local NONE = {}

  -- The names of those of a job; most jobs have none.
  local function resting(rows)
    local found
    for _, row in ipairs(rows) do
      if not row[T.due] then
        found = found or {}
        found[row[T.schedule]] = true
      end
    end
    return found or NONE
  end

  function timetable.rows(job)
    local rows = timetables[job]
    if not rows then
      local packed = field_of(base .. 'timetable', job)
      rows = packed and cmsgpack.unpack(packed) or {}
      timetables[job], rested[job] = rows, resting(rows)
    end
    return rows
  end

  function timetable.rest(schedule)
    put(base .. 'resting', schedule, 0)
  end

  -- What this call has changed of it; `anew`: nobody has noted what stood there before.
  function timetable.note_resting(job, anew)
    local now = resting(timetable.rows(job))
    local before = anew and NONE or rested[job]
    for schedule in pairs(before) do
      if not now[schedule] then
        drop(base .. 'resting', schedule)
      end
    end
    for schedule in pairs(now) do
      if not before[schedule] then
        timetable.rest(schedule)
      end
    end
    rested[job] = now
  end
end

-- The schedule's row and its place among the job's; nil if there is none.
function timetable.find(schedule)
  local job = timetable.job_of(schedule)
  for place, row in ipairs(job and timetable.rows(job) or {}) do
    if row[T.schedule] == schedule then
      return row, place, job
    end
  end
end

local function earliest(rows)
  local first
  for _, row in ipairs(rows) do
    if row[T.due] and (not first or row[T.due] < first) then
      first = row[T.due]
    end
  end
  return first
end

-- Its rows are written as they stand in memory, by `flush`.
function timetable.save(job)
  if not unsaved[job] then
    unsaved[job] = true
    unsaved[#unsaved + 1] = job
  end
end

function timetable.flush()
  for _, job in ipairs(unsaved) do
    local rows = timetable.rows(job)
    set_field(base .. 'timetable', job, #rows > 0 and cmsgpack.pack(rows))
    local due = earliest(rows)
    if due then
      put(door .. 'jobs:schedule', job, due / 1e6)
    else
      drop(door .. 'jobs:schedule', job)
    end
    timetable.note_resting(job)
  end
  unsaved = {}
end

-- The highest version that a row had which is gone: a new row begins above it.
function timetable.newest_version()
  return tonumber(field_of(base .. 'counter', 'timetable') or 0)
end

function timetable.remove(schedule)
  local row, place, job = timetable.find(schedule)
  -- no stale decision fits a row of the same name that is made later
  set_field(base .. 'counter', 'timetable', int(math.max(timetable.newest_version(), row[T.version])))
  table.remove(timetable.rows(job), place)
  set_field(base .. 'schedules', schedule, false)
  owners[schedule] = nil
  timetable.save(job)
end

-- `row`: the fields by name, without a version.
function timetable.set(job, row)
  local old = timetable.find(row.schedule)
  if old then
    if old[T.revision] ~= row.revision then
      old[T.gap] = false -- a gap belongs to one revision
    end
    old[T.version] = old[T.version] + 1
  else
    -- in the order of its layout: filled in one by one it would grow, and be moved, several times
    old = { row.schedule, row.project, row.revision, row.cursor, row.due, timetable.newest_version() + 1, false }
    table.insert(timetable.rows(job), old)
    if timetable.job_of(row.schedule) ~= job then
      set_field(base .. 'schedules', row.schedule, job)
      owners[row.schedule] = job
    end
  end
  old[T.project], old[T.revision], old[T.cursor], old[T.due] = row.project, row.revision, row.cursor, row.due
  timetable.save(job)
end

-- gaps ----------------------------------------------------------------------------------------------------

function timetable.gap(id)
  local packed = id and redis.call('HGET', base .. 'gaps', id)
  return packed and cmsgpack.unpack(packed)
end

-- A new gap, or a longer one of the same beginning.
function timetable.write_gap(gap)
  redis.call('HSET', base .. 'gaps', gap[G.id], cmsgpack.pack(gap))
  put(base .. 'gaps:all', gap[G.id], gap[G.first])
  put(base .. 'gaps:' .. gap[G.job], gap[G.id], gap[G.first])
end

-- Write gaps of a fire; returns the id of the gap that is the schedule's newest entry afterwards, or false.
function timetable.write_gaps(row, gaps, newest_run)
  for _, gap in ipairs(gaps) do
    local open = gap[G.id] == row[T.gap] and timetable.gap(gap[G.id])
    if open then
      open[G.last], open[G.count] = gap[G.last], open[G.count] + gap[G.count]
      timetable.write_gap(open)
    else
      timetable.write_gap(gap)
    end
  end
  local newest = gaps[#gaps]
  if newest and (not newest_run or newest[G.last] > newest_run) then
    return newest[G.id]
  end
  return not newest_run and row[T.gap]
end
