-- Jobs of plain clients: how `jset` and its kin write the documents and the timetable that Tickwork reads.

local BUILT_IN = { shell = 'command', script = 'text', console = 'payload', python = 'target' }

local function is_utf8(text)
  local rest = string.gsub(text, '[\194-\223][\128-\191]', ' ')
  rest = string.gsub(rest, '[\224-\239][\128-\191][\128-\191]', ' ')
  rest = string.gsub(rest, '[\240-\244][\128-\191][\128-\191][\128-\191]', ' ')
  return not string.find(rest, '[\128-\255]')
end

function plain.require_text(text, what)
  if not text or not is_utf8(text) then
    refuse('ERR', what .. ' is missing or is not UTF-8')
  end
end

local function task_of(runner, payload)
  local field = BUILT_IN[runner]
  if field then
    return '{"runner":"' .. runner .. '","' .. field .. '":' .. cjson.encode(payload) .. '}', 'default'
  end
  local command = redis.call('HGET', door .. 'jobs:runners', runner)
  local served = command and command ~= ''
  return '{"runner":"command","program":' .. cjson.encode(served and command or runner) .. ',"payload":'
    .. cjson.encode(payload) .. '},"of":' .. cjson.encode(runner), served and 'default' or ('runner:' .. runner)
end

local function schedule_text(view, since)
  if not view.interval then
    return ''
  end
  local decay = view.lambda and view.step and view.lambda ~= 1 and string.format(',"decay":{"factor":%.17g,"step":%s}',
    view.lambda, int(plain.micros(view.step))) or ''
  local interval = int(plain.micros(view.interval))
  return ',"schedules":[{"key":"main","trigger":{"type":"every","interval":' .. interval .. decay .. '},"since":'
    .. int(since) .. ',"start":' .. int(plain.micros(view.start)) .. (view.stop and (',"until":' .. int(plain.micros(view.stop))) or '') .. '}]'
end

-- The job's definition as Tickwork reads it, and the pool that its runs wait in.
local function body_of(view, since)
  local task, pool = task_of(view.runner, view.payload)
  local name = cjson.encode(view.id)
  return '{"id":' .. name .. ',"name":' .. name .. ',"task":' .. task .. schedule_text(view, since)
    .. (pool ~= 'default' and ',"pool":' .. cjson.encode(pool) or '') .. '}', pool
end

-- From when on the job accounts for occurrences. `start` now means this very moment, whatever is lost in rounding.
function plain.since(view, now)
  local start = view.start and plain.micros(view.start) or now
  return math.abs(start - now) < 1e6 and math.min(start, now) or now
end

-- Write the next revision of a document in the name of the client. Returns its number.
local function write_as_client(kind, id, before, named, now, verb, body, shown)
  local fields = {
    revision = before.revision + 1, project = named.project, name = named.name, owner = named.owner, changed = now,
    by_kind = CLIENT.kind, by_name = CLIENT.name,
  }
  fields.audit = audit({
    at = now, by_kind = CLIENT.kind, by_name = CLIENT.name, verb = verb, kind = kind, id = id,
    revision = fields.revision,
  })
  documents.write(kind, id, before, fields, body, shown)
  return fields.revision
end

-- Which command serves a runner, as a document of Tickwork's.
function plain.register(runner, command, now)
  local before = documents.current('runner', runner)
  local body = '{"type":' .. cjson.encode(runner) .. ',"command":' .. cjson.encode(command) .. '}'
  if before.body == body then
    return
  end
  local named = { project = '', name = runner, owner = '' }
  write_as_client('runner', runner, before, named, now, 'jregister', body, '')
end

-- Write one revision of a plain client's job with its place in the timetable; `view` is what `jget` shows.
function plain.write(view, now, verb)
  local before = documents.current('job', view.id)
  local body, pool = body_of(view, plain.since(view, now))
  view.door, view.pool, view.meta = 1, pool, nil
  local named = { project = 'default', name = view.id, owner = '' }
  local shown = ',' .. string.sub(cjson.encode(view), 2, -2)
  local revision = write_as_client('job', view.id, before, named, now, verb, body, shown)
  if pool ~= 'default' then
    put(base .. 'foreign:' .. view.runner, view.id, 0)
  end
  wake('schedule')
  return revision
end

-- Every occurrence up to now is accounted for under the old revision before the job changes.
function plain.schedule(view, now, revision)
  local schedule = view.id .. '#main'
  for _, row in ipairs({ unpack(timetable.rows(view.id)) }) do
    if row[T.schedule] ~= schedule or not view.interval then
      timetable.remove(row[T.schedule])
    end
  end
  if view.interval then
    local cursor = plain.since(view, now) - 1
    if timetable.find(schedule) then
      cursor = math.max(cursor, math.min(now, timetable.find(schedule)[T.cursor]))
    end
    local due = plain.following(view, cursor)
    timetable.set(view.id, {
      schedule = schedule, project = 'default', revision = revision, cursor = cursor, due = due,
    })
  end
  if view.stop then
    put(base .. 'stops', view.id, plain.micros(view.stop))
  else
    drop(base .. 'stops', view.id)
  end
end

-- Take the job away, with what of it has not begun. Returns whether it was there.
function plain.remove(id, now, verb)
  local before = documents.current('job', id)
  if not before.body then
    return false
  end
  write_as_client('job', id, before, before, now, verb, nil, '')
  for _, row in ipairs({ unpack(timetable.rows(id)) }) do
    timetable.remove(row[T.schedule])
  end
  drop(base .. 'stops', id)
  wake('schedule')
  return true
end

function plain.cancel_pending(id, now, note)
  flush()
  for _, ids in ipairs({ runs.all_busy(id), runs.all_waiting(id) }) do
    for _, run in ipairs(ids) do
      if not HELD[runs.get(run)[F.state]] then
        runs.move(records[run], { state = 'cancelled', reason = 'job_deleted', note = note, finished = now })
        runs.announce(records[run])
      end
    end
  end
end

-- The view of a plain client's job; nil for other jobs. What a client wrote into the hash by hand is taken up.
function plain.view(id, now)
  local text = field_of(door .. 'jobs', id)
  if not text then
    return nil
  end
  local fields = documents.read(text)
  if fields then
    return fields.view.door and fields.view or nil, fields.revision
  end
  local ok, view = pcall(cjson.decode, text)
  if not ok or type(view) ~= 'table' or not view.runner or not tonumber(view.interval) then
    return nil
  end
  view = {
    id = id, runner = tostring(view.runner), payload = tostring(view.payload or ''), interval = tonumber(view.interval),
    start = tonumber(view.start) or now / 1e6, stop = tonumber(view.stop), lambda = tonumber(view.lambda),
    step = tonumber(view.step),
  }
  set_field(door .. 'jobs', id, false)
  local revision = plain.write(view, now, 'adopt')
  plain.schedule(view, now, revision)
  return view, revision
end
