-- What `put` does, in two halves, so that a save in parts can check all of them before it writes the first.
-- The arguments are those of `put`.

local saves = {}

local function require_expected(put, current)
  local expected = put[8]
  if not expected or expected == current.revision or (expected == 0 and not current.body) then
    return
  end
  local what = put[1] .. ' ' .. put[2]
  if expected == 0 then
    refuse('CONFLICT', what .. ' exists already (revision ' .. int(current.revision)
      .. '); choose another name, or change that one')
  end
  refuse('CONFLICT', what .. ' is at revision ' .. int(current.revision) .. ', not ' .. int(expected)
    .. '; read it again and repeat the change')
end

-- What one put makes of `current`; `current` itself where it changes nothing.
local function next_of(put, current, args, blobs)
  local body = put[3] and blobs[put[3]] or nil
  if not body then
    if not current.body then
      return current
    end
  elseif current.body == body and current.project == put[5] and current.name == put[6] and current.owner == put[7] then
    return current
  end
  local source = body and { project = put[5], name = put[6], owner = put[7] } or current
  return {
    revision = current.revision + 1, body = body, project = source.project, name = source.name, owner = source.owner,
    changed = args[3], by_kind = args[2][1], by_name = args[2][2], view = put[4] and blobs[put[4]] or '',
  }
end

-- Decide all puts, one after the other, in memory. Returns steps {put, before, after}, the revisions that come of
-- them, those of jobs by id (`given`), and the packed newcomers. `checked`: what they expect is known to hold;
-- `are_new`: so is that newcomers are new.
local function plan(args, blobs, checked, are_new)
  local new, known, ids = newcomers.of(args, blobs, are_new), {}, {}
  local steps, revisions, given = {}, {}, {}
  for _, put in ipairs(args[1]) do
    ids[put[1]] = ids[put[1]] or {}
    table.insert(ids[put[1]], put[2])
  end
  for kind, all in pairs(ids) do
    known[kind] = {}
    documents.load(kind, all)
  end
  for i, put in ipairs(args[1]) do
    local of_kind = known[put[1]]
    local current = of_kind[put[2]] or documents.current(put[1], put[2])
    if not checked then
      require_expected(put, current)
    end
    local following = next_of(put, current, args, blobs)
    of_kind[put[2]], steps[i], revisions[i] = following, { put, current, following }, following.revision
    if put[1] == 'job' then
      given[put[2]] = following.revision
    end
  end
  return { steps = steps, revisions = revisions, given = given, new = new }
end

local function check_fires(fires)
  local fired = {}
  firing.load(fires)
  for _, fire in ipairs(fires) do
    if not firing.fits(fire) then
      refuse('CONFLICT', 'schedule ' .. fire[1] .. ' changed meanwhile; read it again and repeat the change')
    end
    births.check(fire[5])
    fired[fire[1]] = true
  end
  return fired
end

local function load_rows(changes)
  local schedules = {}
  for i, change in ipairs(changes) do
    schedules[i] = change[1]
  end
  timetable.load(schedules)
end

-- Raises for a change whose row is not the expected one (after this call's own fires), or that names no revision.
-- Rows may be changed twice in one call.
local function check_changes(changes, fired, given)
  local versions = {}
  load_rows(changes)
  for _, change in ipairs(changes) do
    local schedule, job = change[1], change[2]
    local row = timetable.find(schedule)
    local version = versions[schedule]
    if version == nil then
      version = row and row[T.version] + (fired[schedule] and 1 or 0) or false
    end
    if version ~= change[7] then
      refuse('CONFLICT', 'schedule ' .. schedule .. ' changed meanwhile; read it again and repeat the change')
    end
    if not change[8] and not (change[4] or given[job]) then
      refuse('CONFLICT', 'schedule ' .. schedule .. ': name the revision of ' .. job
        .. ', which this change does not write')
    end
    versions[schedule] = not change[8] and (version or timetable.newest_version()) + 1
  end
end

local function write_one(step, args, seq)
  local put, before, after = unpack(step)
  after.audit = audit({
    seq = seq, at = args[3], by_kind = args[2][1], by_name = args[2][2], verb = args[4], kind = put[1], id = put[2],
    revision = after.revision, note = args[5],
  })
  documents.write(put[1], put[2], before, after, after.body, after.view)
  if put[1] == 'switch' then
    take('switch')
  end
end

local function write_all(steps, args)
  local changed = {}
  for _, step in ipairs(steps) do
    if step[3] ~= step[2] then
      changed[#changed + 1] = step
    end
  end
  local first = #changed > 0 and take('audit', #changed)
  for i, step in ipairs(changed) do
    write_one(step, args, first + i - 1)
  end
end

local function carry_out(change, given)
  local schedule, job, project, revision, cursor, due, _, remove = unpack(change)
  if not remove then
    revision = revision or given[job]
    timetable.set(job, { schedule = schedule, project = project, revision = revision, cursor = cursor, due = due })
  elseif timetable.find(schedule) then
    timetable.remove(schedule)
  end
end

-- Raises, with nothing written, if what the save expects does not hold. Returns its plan.
function saves.check(args, blobs)
  local fired = check_fires(args[7])
  local planned = plan(args, blobs)
  check_changes(args[6], fired, planned.given)
  return planned
end

-- The plan of what another call has checked; `are_new`: and found its newcomers new.
function saves.checked(args, blobs, are_new)
  firing.load(args[7])
  return plan(args, blobs, true, are_new)
end

-- Write what has been checked. Returns the new revisions, of puts and then of newcomers.
function saves.write(args, blobs, planned)
  for _, fire in ipairs(args[7]) do
    firing.one(fire, blobs, args[3])
  end
  write_all(planned.steps, args)
  load_rows(args[6])
  for _, change in ipairs(args[6]) do
    carry_out(change, planned.given)
  end
  if planned.new then
    newcomers.write(planned.new, planned.revisions)
  end
  wake('schedule')
  return planned.revisions
end
