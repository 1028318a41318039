-- Jobs that are here for the first time, as the client made them ready (newcomers.py), all columns packed one behind the
-- other: ids; names that are not the id; texts up to the number of their audit entry, and behind it; audit entries; rows
-- up to their version; dues in seconds. Where a column has nothing for a job it has false.

local newcomers = {}

local function has_any(key, fields)
  if redis.call('EXISTS', key) == 0 then
    return false
  end
  for first = 1, #fields, SLICE do
    for _, value in ipairs(redis.call('HMGET', key, unpack(fields, first, math.min(first + SLICE - 1, #fields)))) do
      if value then
        return true
      end
    end
  end
  return false
end

-- Is nothing known here of any of them?
local function are_new(packed)
  local _, ids = cmsgpack.unpack_one(packed)
  return not has_any(documents.shelf('job'), ids) and not has_any(named('deleted-at', 'job'), ids)
    and not has_any(base .. 'timetable', ids) and redis.call('EXISTS', base .. 'schedules') == 0
end

local function unfold(args, blobs, packed)
  local ids, _, heads, tails, _, rows = cmsgpack.unpack(packed)
  for i, id in ipairs(ids) do
    local fields = documents.read(heads[i] .. '0' .. tails[i])
    blobs[#blobs + 1] = fields.body
    blobs[#blobs + 1] = string.sub(tails[i], 2, -2)
    table.insert(args[1], { 'job', id, #blobs - 1, #blobs, fields.project, fields.name, fields.owner, 0 })
    if rows[i] then
      local schedule, project, _, cursor, due = cmsgpack.unpack(string.sub(rows[i], 3))
      table.insert(args[6], { schedule, id, project, false, cursor, due, false, false })
    end
  end
end

-- The packed newcomers of a `put`, or nil. If one of them has been here before, all become puts and changes like others,
-- which decide what is to be refused. `are_known`: another call found that all are new.
function newcomers.of(args, blobs, are_known)
  local packed = args[8] and blobs[args[8]]
  if packed and not (are_known or are_new(packed)) then
    unfold(args, blobs, packed)
    args[8], packed = false, nil
  end
  return packed or nil
end

-- Writes each with its audit entry and its place in the timetable, as revision 1 of it.
function newcomers.write(packed, revisions)
  local ids, names, heads, tails, entries, rows, dues = cmsgpack.unpack(packed)
  local first, version = take('audit', #ids), cmsgpack.pack(timetable.newest_version() + 1, false)
  local trail, texts, listed, lines, moments = base .. 'audit', {}, {}, {}, {}
  for i, id in ipairs(ids) do
    local seq, n = int(first + i - 1), 2 * i
    revisions[#revisions + 1] = 1
    redis.call('XADD', trail, seq, 'e', entries[i]) -- its number is <seq>-0
    texts[n - 1], texts[n] = id, heads[i] .. seq .. tails[i]
    listed[n - 1], listed[n] = '0', id
    if names[i] then
      documents.index_name('job', id, nil, names[i])
    end
    if string.find(heads[i], '"tags":', 1, true) then
      documents.index_tags('job', id, nil, documents.read(texts[n]).body)
    end
    for _, member in ipairs(SAID) do
      if documents.may_say(heads[i], member) then
        documents.index_said('job', id, nil, documents.read(texts[n]).body)
      end
    end
    if rows[i] then
      lines[#lines + 1], lines[#lines + 2] = id, rows[i] .. version
    end
    if rows[i] and not dues[i] then
      timetable.rest((cmsgpack.unpack(string.sub(rows[i], 3))))
    end
    if dues[i] then
      moments[#moments + 1], moments[#moments + 2] = dues[i], id
    end
  end
  in_slices('HSET', documents.shelf('job'), texts, 2 * SLICE)
  in_slices('ZADD', named('ids', 'job'), listed, 2 * SLICE)
  in_slices('HSET', base .. 'timetable', lines, 2 * SLICE)
  in_slices('ZADD', door .. 'jobs:schedule', moments, 2 * SLICE)
end
