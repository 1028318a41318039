-- load: write records as they are into a store that nobody works on; those that are there already are left alone.
-- args: part; records (arrays, as the functions below take them)
-- returns: how many were new

local load = {}

-- {kind, id, revision, body or false, project, name, owner, changed, by kind, by name, view or false}
function load.documents(record, blobs)
  local kind, id, revision = unpack(record)
  if documents.revision(kind, id, revision) then
    return false
  end
  local current = documents.current(kind, id)
  local fields = {
    revision = revision, project = record[5], name = record[6], owner = record[7], changed = record[8],
    by_kind = record[9], by_name = record[10], audit = 0,
  }
  local body, view = record[4] and blobs[record[4]] or nil, record[11] and blobs[record[11]] or ''
  if revision > current.revision then
    documents.write(kind, id, current, fields, body, view)
  else
    set_field(old_key(kind), old_field(id, revision), documents.text(body, fields, view))
  end
  if kind == 'switch' then
    take('switch')
  end
  return true
end

local function raise_counter(name, least)
  if counter(name) < least then
    redis.call('HSET', base .. 'counter', name, int(least))
  end
end

-- The revision that an entry of the audit tells of gets to know its seq.
local function relink(kind, id, revision, seq)
  local text = revision and documents.revision(kind, id, revision)
  if not text then
    return
  end
  local fields = documents.read(text)
  local view = fields.view
  view.meta, view.job, fields.audit = nil, nil, seq
  local shown = next(view) and (',' .. string.sub(cjson.encode(view), 2, -2)) or ''
  text = documents.text(fields.body, fields, shown)
  if field_of(documents.shelf(kind), id) and documents.current(kind, id).revision == revision then
    set_field(documents.shelf(kind), id, text)
  else
    set_field(old_key(kind), old_field(id, revision), text)
  end
end

-- {seq, at, by kind, by name, verb, kind, id, revision or false, note or false}
function load.audit(record)
  local seq = record[1]
  if seq <= counter('audit') then
    return false
  end
  raise_counter('audit', seq)
  audit({
    seq = seq, at = record[2], by_kind = record[3], by_name = record[4], verb = record[5], kind = record[6],
    id = record[7], revision = record[8], note = record[9],
  })
  relink(record[6], record[7], record[8], seq)
  return true
end

-- as open_session takes them
function load.sessions(record, blobs)
  return redis.call('EXISTS', session_key(record[1])) == 0 and writes.open_session(record, blobs) == 1
end

-- {run, blobs of params, result, error and pins, each or false}
function load.runs(record, blobs)
  local run = record[1]
  if runs.get(run[F.id]) then
    return false
  end
  runs.settle_in(run)
  runs.stand_for(run)
  for place, name in pairs({ [2] = 'params', [4] = 'error', [5] = 'pins' }) do
    if record[place] then
      keep(base .. name .. ':' .. run[F.id], blobs[record[place]])
    end
  end
  if record[3] then
    runs.keep_result(run, blobs[record[3]])
  end
  return true
end

-- {attempt}
function load.attempts(record)
  local attempt = record[1]
  for _, one in ipairs(claims.attempts(attempt[A.run])) do
    if one[A.epoch] == attempt[A.epoch] and one[A.fence] == attempt[A.fence] then
      return false
    end
  end
  local run = runs.get(attempt[A.run])
  runs.append(run, cmsgpack.pack(attempt))
  return true
end

-- {gap}
function load.gaps(record)
  local gap = record[1]
  if redis.call('HEXISTS', base .. 'gaps', gap[G.id]) == 1 then
    return false
  end
  timetable.write_gap(gap)
  return true
end

-- {run, attempt, seq, blob of the chunk}
function load.logs(record, blobs)
  local key = logs.key(record[1], record[2])
  if redis.call('ZCOUNT', key, record[3], record[3]) > 0 then
    return false
  end
  redis.call('ZADD', key, record[3], blobs[record[4]])
  return true
end

-- {run, attempt, began, at, bar as `progress` takes it}
function load.bars(record)
  local id, attempt, began, at, bar = unpack(record)
  if redis.call('HEXISTS', logs.bars(id, attempt), bar[1]) == 1 then
    return false
  end
  logs.write_bar(id, attempt, bar, began, at)
  return true
end

-- {seq, run}
function load.outbox(record)
  if redis.call('ZSCORE', base .. 'outbox', record[2]) then
    return false
  end
  raise_counter('event', record[1])
  redis.call('ZADD', base .. 'outbox', record[1], record[2])
  return true
end

-- {schedule, job, project, revision, cursor, due or false, gap or false}
function load.timetable(record)
  local schedule, job, project, revision, cursor, due, gap = unpack(record)
  if timetable.find(schedule) then
    return false
  end
  timetable.set(job, { schedule = schedule, project = project, revision = revision, cursor = cursor, due = due })
  timetable.find(schedule)[T.gap] = gap
  timetable.save(job)
  return true
end

-- {job, through}
function load.pruned(record)
  return history.note_pruned(record[1], record[2])
end

function writes.load(args, blobs)
  require_whole()
  local part, new = args[1], 0
  for _, record in ipairs(args[2]) do
    if load[part](record, blobs) then
      new = new + 1
    end
    flush()
  end
  return new
end
