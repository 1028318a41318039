-- page: a part of the store's records, each exactly once as long as nobody writes.
-- args: part; cursor {number of the source, how many of it are done} ; limit; kinds of documents
-- returns: {records (arrays of texts), next cursor or nil}

local function sources_of(part, kinds)
  if part == 'documents' then
    local keys = {}
    for _, kind in ipairs(kinds) do
      keys[#keys + 1] = { base .. 'ids:' .. kind, kind }
      keys[#keys + 1] = { base .. 'deleted:' .. kind, kind }
    end
    return keys
  elseif part == 'sessions' then
    return { { base .. 'sessions' }, { base .. 'sessions:ended' } }
  elseif part == 'gaps' then
    return { { base .. 'gaps:all' } }
  elseif part == 'outbox' then
    return { { base .. 'outbox' } }
  elseif part == 'timetable' or part == 'pruned' then
    return { { base .. 'ids:job' }, { base .. 'deleted:job' } }
  end
  local keys = {}
  for i, key in ipairs(history.sources(false, {})) do
    keys[i] = { key }
  end
  return keys
end

local emit = {}

function emit.documents(id, kind)
  local records_ = {}
  for revision = 1, documents.current(kind, id).revision do
    local text = documents.revision(kind, id, revision)
    if text then
      records_[#records_ + 1] = { kind, id, text }
    end
  end
  return records_
end

function emit.sessions(id)
  return { redis.call('HMGET', session_key(id), 'record', 'beat', 'seen', 'ended', 'load', 'has') }
end

function emit.runs(id)
  return { { runs.pack(runs.get(id)), unpack(runs.beside(id)) } }
end

function emit.attempts(id)
  local records_ = {}
  for i, attempt in ipairs(claims.attempts(id)) do
    records_[i] = { cmsgpack.pack(attempt) }
  end
  return records_
end

function emit.logs(id)
  local records_ = {}
  for attempt = 1, runs.get(id)[F.attempt] + 1 do
    for _, chunk in ipairs(redis.call('ZRANGE', logs.key(id, attempt), 0, -1)) do
      records_[#records_ + 1] = { id, int(attempt), chunk }
    end
  end
  return records_
end

-- By their places in their attempt: loaded in this order they get the same ones.
function emit.bars(id)
  local records_ = {}
  for attempt = 1, runs.get(id)[F.attempt] + 1 do
    local found, all = {}, redis.call('HGETALL', logs.bars(id, attempt))
    for i = 1, #all, 2 do
      found[#found + 1] = { id, int(attempt), all[i], all[i + 1] }
    end
    table.sort(found, function(a, b) return cmsgpack.unpack(a[4])[1] < cmsgpack.unpack(b[4])[1] end)
    for _, record in ipairs(found) do
      records_[#records_ + 1] = record
    end
  end
  return records_
end

function emit.gaps(id)
  return { { redis.call('HGET', base .. 'gaps', id) } }
end

function emit.outbox(id)
  return { { redis.call('ZSCORE', base .. 'outbox', id), runs.pack(runs.get(id)) } }
end

function emit.timetable(job)
  local records_ = {}
  for i, row in ipairs(timetable.rows(job)) do
    records_[i] = { cmsgpack.pack({ job, row }), row[T.gap] and redis.call('HGET', base .. 'gaps', row[T.gap]) }
  end
  return records_
end

function emit.pruned(job)
  local through = redis.call('HGET', base .. 'pruned', job)
  return through and { { job, through } } or {}
end

-- The audit is a stream, paged by its seqs.
local function audit_page(done, limit)
  local found, records_ = redis.call('XRANGE', base .. 'audit', '(' .. int(done) .. '-0', '+', 'COUNT', limit), {}
  for i, entry in ipairs(found) do
    records_[i] = { string.match(entry[1], '^%d+'), entry[2][2] }
  end
  return #found == limit and { records_, { 1, tonumber(records_[limit][1]) } } or { records_ }
end

function reads.page(args)
  require_whole()
  local part, cursor, limit, kinds = unpack(args)
  local number, done = unpack(cursor)
  if part == 'audit' then
    return audit_page(done, limit)
  end
  local sources, found = sources_of(part, kinds), {}
  while sources[number] and #found < limit do
    local key, kind = unpack(sources[number])
    local members = redis.call('ZRANGE', key, done, done + limit - #found - 1)
    for _, member in ipairs(members) do
      for _, record in ipairs(emit[part](member, kind)) do
        found[#found + 1] = record
      end
    end
    done = done + #members
    if #members == 0 then
      number, done = number + 1, 0
    end
  end
  return sources[number] and { found, { number, done } } or { found }
end
