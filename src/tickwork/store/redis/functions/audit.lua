-- audit: entries, newest first.
-- args: kind, id, before, by, verb, since, until (each or false); limit
-- returns: {seqs, packed entries, seq to go on below or nil}. Looks at a bounded number of entries in one call.

local LOOK = 5000

-- Whether an entry is asked for. `by`: a name, alone or followed by where or with what they did it.
local function fits(entry, asked)
  local name, by = entry[3], asked.by
  local next_to = by and string.sub(name, #by + 1, #by + 1)
  return (not asked.kind or entry[5] == asked.kind) and (not asked.id or entry[6] == asked.id)
    and (not by or (string.sub(name, 1, #by) == by and (next_to == '' or next_to == '@' or next_to == ' ')))
    and (not asked.verb or entry[4] == asked.verb)
    and (not asked.since or entry[1] >= asked.since) and (not asked['until'] or entry[1] < asked['until'])
end

-- The entries of one object: a document's revisions know theirs; what no revision tells of, and all of a run, has a
-- list.
local function seqs_of(kind, id)
  if kind == 'run' then
    return redis.call('LRANGE', base .. 'audited:' .. id, 0, -1)
  end
  local seqs = redis.call('LRANGE', base .. 'audited:' .. kind .. ':' .. id, 0, -1)
  for revision = 1, documents.current(kind, id).revision do
    local text = documents.revision(kind, id, revision)
    seqs[#seqs + 1] = text and int(documents.read(text).audit)
  end
  table.sort(seqs, function(one, other)
    return tonumber(one) < tonumber(other)
  end)
  return seqs
end

local function of_object(asked, before, limit)
  local numbers, packed, seqs = {}, {}, seqs_of(asked.kind, asked.id)
  for i = #seqs, 1, -1 do
    local entry = (not before or tonumber(seqs[i]) < before)
      and redis.call('XRANGE', base .. 'audit', seqs[i] .. '-0', seqs[i] .. '-0')[1]
    if entry and #numbers < limit and fits(cmsgpack.unpack(entry[2][2]), asked) then
      numbers[#numbers + 1], packed[#packed + 1] = seqs[i], entry[2][2]
    end
  end
  return { numbers, packed }
end

function reads.audit(args)
  require_whole()
  local kind, id, before, by, verb, since, until_, limit = unpack(args)
  local asked = { kind = kind, id = id, by = by, verb = verb, since = since, ['until'] = until_ }
  if kind and id then
    return of_object(asked, before, limit)
  end
  local filtered = kind or id or by or verb or since or until_
  local numbers, packed = {}, {}
  local low = before and ('(' .. int(before) .. '-0') or '+'
  local found = redis.call('XREVRANGE', base .. 'audit', low, '-', 'COUNT', filtered and LOOK or limit)
  for _, entry in ipairs(found) do
    if fits(cmsgpack.unpack(entry[2][2]), asked) then
      numbers[#numbers + 1], packed[#packed + 1] = string.match(entry[1], '^%d+'), entry[2][2]
      if #numbers == limit then
        return { numbers, packed }
      end
    end
  end
  local more = filtered and #found == LOOK
  return { numbers, packed, more and string.match(found[#found][1], '^%d+') or nil }
end
