-- Jobs of plain clients: what `jset` and its kin share. Times of the clients are seconds, ours microseconds.

local plain = {}
local BUILT_IN = { shell = 'command', script = 'text', console = 'payload', python = 'target' }
local FOREVER = 400 * 365 * 86400 * 1e6
local DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
local CLIENT = { kind = 'person', name = 'redis' } -- who it is does not reach us

function plain.enter(key, name)
  local prefix = string.match(key, '^(.*)' .. name)
  if not prefix then
    refuse('ERR', 'the key ' .. key .. ' is not <prefix>' .. name)
  end
  door, base = prefix, prefix .. 'tickwork:'
  forget()
end

function plain.number(text, what)
  local number = tonumber(text)
  if not number then
    refuse('ERR', what .. ' is not a number: ' .. tostring(text))
  end
  return number
end

function plain.micros(seconds)
  return math.floor(seconds * 1e6 + 0.5)
end

-- The client's clock where it gives one, else the server's.
function plain.now(text)
  if text then
    return plain.micros(plain.number(text, 'now'))
  end
  local now = redis.call('TIME')
  return tonumber(now[1]) * 1e6 + tonumber(now[2])
end

local function base32(number, digits)
  local out = {}
  for place = digits, 1, -1 do
    local digit = number % 32
    out[place] = string.sub(DIGITS, digit + 1, digit + 1)
    number = (number - digit) / 32
  end
  return table.concat(out)
end

-- An id that sorts by time. Its tail is a counter: a script of Redis has no randomness.
function plain.new_id(at)
  return base32(math.floor(at / 1000), 10) .. base32(take('door'), 10)
end

-- ISO-8601 in UTC: the key of an occurrence without a local time.
function plain.iso(at)
  local second = math.floor(at / 1e6)
  local days, rest = math.floor(second / 86400), second % 86400
  local era_day = days + 719468 -- days since 0000-03-01; years begin in March, so that a leap day is a year's last
  local era = math.floor(era_day / 146097)
  local day = era_day - era * 146097
  local year = math.floor((day - math.floor(day / 1460) + math.floor(day / 36524) - math.floor(day / 146096)) / 365)
  local of_year = day - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local shifted = math.floor((5 * of_year + 2) / 153)
  local month = shifted < 10 and shifted + 3 or shifted - 9
  local text = string.format('%04d-%02d-%02dT%02d:%02d:%02d', year + era * 400 + (month <= 2 and 1 or 0), month,
    of_year - math.floor((153 * shifted + 2) / 5) + 1, math.floor(rest / 3600), math.floor(rest / 60) % 60, rest % 60)
  local micros = at % 1e6
  return text .. (micros > 0 and string.format('.%06d', micros) or '') .. 'Z'
end

-- slots ---------------------------------------------------------------------------------------------------
-- The same bands of constant interval as in core/timing/stream.py; a test compares the two.

local function half_even(number)
  local whole = math.floor(number)
  local rest = number - whole
  return (rest > 0.5 or (rest == 0.5 and whole % 2 == 1)) and whole + 1 or whole
end

local function decayed(length, factor, power)
  if power * math.log(factor) > math.log(FOREVER / length) then
    return FOREVER
  end
  return math.max(math.min(length, 1e6), half_even(length * factor ^ power))
end

-- The band that `reached(band, next band)` says is the one, walking from the start.
local function band_where(view, is_before)
  local length = plain.micros(view.interval)
  local band = { age = 0, number = 0, length = length }
  local factor, step = view.lambda or 1, view.step and plain.micros(view.step)
  while factor ~= 1 and step do
    local power = math.floor(band.age / step)
    band.length = decayed(length, factor, power)
    if band.length >= FOREVER or (factor < 1 and band.length == math.min(length, 1e6)) then
      break
    end
    local slots = -math.floor((band.age - (power + 1) * step) / band.length)
    local following = { age = band.age + slots * band.length, number = band.number + slots }
    if not is_before(following) then
      break
    end
    band = following
  end
  return band
end

-- How many slots, from number 0 on, are at or before the moment.
local function slots_until(view, moment)
  local age = moment - plain.micros(view.start)
  if view.stop then
    age = math.min(age, plain.micros(view.stop) - plain.micros(view.start))
  end
  if age < 0 then
    return 0
  end
  local band = band_where(view, function(following) return following.age <= age end)
  return band.number + math.floor((age - band.age) / band.length) + 1
end

local function slot_of(view, number)
  local band = band_where(view, function(following) return following.number <= number end)
  return plain.micros(view.start) + band.age + (number - band.number) * band.length
end

-- The first slot after the moment, or false.
function plain.following(view, moment)
  local slot = slot_of(view, slots_until(view, moment))
  return (not view.stop or slot <= plain.micros(view.stop)) and slot
end

-- The slots in (after, moment]: how many, the first, the last but one, the last.
function plain.between(view, after, moment)
  local low, high = slots_until(view, after), slots_until(view, moment)
  if high <= low then
    return 0
  end
  return high - low, slot_of(view, low), slot_of(view, math.max(low, high - 2)), slot_of(view, high - 1)
end

-- definitions ---------------------------------------------------------------------------------------------

local function is_utf8(text)
  local rest = string.gsub(text, '[%z\1-\127]', '')
  rest = string.gsub(rest, '[\194-\223][\128-\191]', '')
  rest = string.gsub(rest, '[\224-\239][\128-\191][\128-\191]', '')
  rest = string.gsub(rest, '[\240-\244][\128-\191][\128-\191][\128-\191]', '')
  return rest == ''
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
  return ',"schedules":[{"key":"main","trigger":{"type":"every","interval":' .. int(plain.micros(view.interval)) .. decay
    .. '},"since":' .. int(since) .. ',"start":' .. int(plain.micros(view.start))
    .. (view.stop and (',"until":' .. int(plain.micros(view.stop))) or '') .. '}]'
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

-- Which command serves a runner, as a document of Tickwork's.
function plain.register(runner, command, now)
  local before = documents.current('runner', runner)
  local body = '{"type":' .. cjson.encode(runner) .. ',"command":' .. cjson.encode(command) .. '}'
  if before.body == body then
    return
  end
  local fields = {
    revision = before.revision + 1, project = '', name = runner, owner = '', changed = now,
    by_kind = CLIENT.kind, by_name = CLIENT.name,
  }
  fields.audit = audit({
    at = now, by_kind = CLIENT.kind, by_name = CLIENT.name, verb = 'jregister', kind = 'runner', id = runner,
    revision = fields.revision,
  })
  documents.write('runner', runner, before, fields, body, '')
end

-- Write one revision of a plain client's job with its place in the timetable; `view` is what `jget` shows.
function plain.write(view, now, verb)
  local before = documents.current('job', view.id)
  local body, pool = body_of(view, plain.since(view, now))
  view.door, view.pool, view.meta = 1, pool, nil
  local fields = {
    revision = before.revision + 1, project = 'default', name = view.id, owner = '', changed = now,
    by_kind = CLIENT.kind, by_name = CLIENT.name,
  }
  fields.audit = audit({
    at = now, by_kind = CLIENT.kind, by_name = CLIENT.name, verb = verb, kind = 'job', id = view.id,
    revision = fields.revision,
  })
  local shown = cjson.encode(view)
  documents.write('job', view.id, before, fields, body, ',' .. string.sub(shown, 2, -2))
  if pool ~= 'default' then
    put(base .. 'foreign:' .. view.runner, view.id, 0)
  end
  wake('schedule')
  return fields.revision
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
    timetable.set(view.id, { schedule = schedule, project = 'default', revision = revision, cursor = cursor, due = due })
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
  local fields = {
    revision = before.revision + 1, project = before.project, name = before.name, owner = before.owner, changed = now,
    by_kind = CLIENT.kind, by_name = CLIENT.name,
  }
  fields.audit = audit({
    at = now, by_kind = CLIENT.kind, by_name = CLIENT.name, verb = verb, kind = 'job', id = id, revision = fields.revision,
  })
  documents.write('job', id, before, fields, nil, '')
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
  local text = redis.call('HGET', door .. 'jobs', id)
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
  redis.call('HDEL', door .. 'jobs', id)
  local revision = plain.write(view, now, 'adopt')
  plain.schedule(view, now, revision)
  return view, revision
end

-- runs ----------------------------------------------------------------------------------------------------

-- How a run stands in a queue: the job's metadata, and which run it is.
entry_of = function(view, run)
  return cjson.encode({
    id = view.id, runner = view.runner, payload = view.payload, interval = view.interval, start = view.start,
    stop = view.stop, lambda = view.lambda, step = view.step, run = run[F.id],
  })
end

function plain.new_run(view, revision, origin, at)
  local run = {}
  for _, place in pairs(F) do
    run[place] = false
  end
  run[F.id], run[F.job], run[F.project], run[F.revision] = plain.new_id(at), view.id, 'default', revision
  run[F.origin], run[F.state], run[F.pool], run[F.priority] = origin, 'queued', view.pool or 'default', 0
  run[F.ready_at], run[F.created], run[F.attempt], run[F.losses] = at, at, 0, 0
  return run
end

local function switched_off(id, now)
  for _, switch in ipairs({ 'job:' .. id, 'project:default', 'instance:' }) do
    local text = redis.call('HGET', base .. 'docs:switch', switch)
    local fields = text and documents.read(text)
    local past = fields and tonumber(string.match(fields.body, '"until":(%d+)'))
    if fields and (not past or past > now) then
      return switch
    end
  end
end

local function gap_of(view, revision, first, last, count, now, state, reason, note)
  local gap = {}
  gap[G.id], gap[G.schedule], gap[G.job], gap[G.project] = plain.new_id(now), view.id .. '#main', view.id, 'default'
  gap[G.revision], gap[G.first], gap[G.last], gap[G.count] = revision, first, last, count
  gap[G.state], gap[G.reason], gap[G.note], gap[G.created] = state, reason, note, now
  return gap
end

-- Account for every slot up to now: the latest becomes a run, unless `passed` (a note) says that none shall; the
-- earlier ones are a gap. Returns the state of the run, or nil.
function plain.tick(view, revision, now, passed)
  local row = timetable.find(view.id .. '#main')
  if not row or row[T.revision] ~= revision or now <= row[T.cursor] then
    return nil
  end
  local count, first, before, last = plain.between(view, row[T.cursor], now)
  local children, gaps = {}, {}
  local off = count > 0 and switched_off(view.id, now)
  if off then
    gaps[1] = gap_of(view, revision, first, last, count, now, 'skipped', 'paused', off .. ' is switched off')
  elseif count > 0 and passed then
    gaps[1] = gap_of(view, revision, first, last, count, now, 'missed', 'coalesced', passed)
  elseif count > 0 then
    if count > 1 then
      gaps[1] = gap_of(view, revision, first, before, count - 1, now, 'missed', 'down', 'nobody ticked in time')
    end
    local run = plain.new_run(view, revision, 'schedule', now)
    run[F.schedule], run[F.slot], run[F.nominal] = row[T.schedule], last, plain.iso(last)
    run[F.ready_at] = last
    children[1] = { run, 'skip', false }
  end
  births.check(children)
  local due = plain.following(view, now)
  local born = firing.one({ row[T.schedule], row[T.version], now, due, children, gaps }, {}, now)
  return born[1] and born[1][2]
end

-- Remove the job if its stop is past.
function plain.expire(view, now)
  if view.stop and now >= plain.micros(view.stop) then
    plain.remove(view.id, now, 'expire')
    return true
  end
end

-- acknowledgements ----------------------------------------------------------------------------------------

function plain.attempt(run, now, outcome, reason, note, reported)
  claims.write_attempt(run, cmsgpack.pack({
    run[F.id], run[F.attempt], run[F.epoch], run[F.fence], run[F.session], run[F.worker] or '', run[F.started], now,
    outcome, reason or false, false, note or false, reported,
  }))
end

function plain.begin(run, queue, now)
  run[F.entry] = false -- it has been popped
  runs.move(run, {
    state = 'claimed', session = 'door', worker = queue, epoch = current_epoch(), fence = take('fence'),
  })
  runs.move(run, { state = 'running', attempt = run[F.attempt] + 1, started = now })
end

function plain.finish(run, now, state, reason, note)
  plain.attempt(run, now, state, reason, note, true)
  drop(base .. 'acks', run[F.id])
  runs.let_go(run, { state = state, reason = reason, note = note, finished = now })
end

-- Popped runs that were not acknowledged in time return to their queue.
local function return_unacknowledged(now)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'acks', '-inf', now, 'LIMIT', 0, 1000)) do
    local run = runs.get(id)
    drop(base .. 'acks', id)
    if run and run[F.state] == 'running' then
      local view = plain.view(run[F.job], now)
      plain.attempt(run, now, 'failed', 'lost', 'it was not acknowledged in time', false)
      runs.let_go(run, { state = 'queued', ready_at = now, losses = run[F.losses] + 1 })
      if view then
        run[F.entry] = entry_of(view, run)
        later('LPUSH', door .. 'jobs:queue:' .. view.runner, run[F.entry])
      end
    end
  end
  flush()
end

-- What is to be done from time to time: by `promote`, and by the clients' own calls while no Tickwork runs.
local function door_sweep(now)
  return_unacknowledged(now)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'stops', '-inf', now, 'LIMIT', 0, 1000)) do
    local view, revision = plain.view(id, now)
    if view then
      plain.tick(view, revision, now)
      plain.remove(id, now, 'expire')
    else
      drop(base .. 'stops', id)
    end
  end
  flush()
end
