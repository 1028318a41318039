-- audit: entries, newest first.
-- args: kind, id (each or false); before or false; limit
-- returns: {seqs, packed entries, seq to go on below or nil}. Looks at a bounded number of entries in one call.

local LOOK = 5000

-- The entries of one object: a document's revisions know theirs, a run has a list.
local function seqs_of(kind, id)
  if kind == 'run' then
    return redis.call('LRANGE', base .. 'audited:' .. id, 0, -1)
  end
  local seqs = {}
  for revision = 1, documents.current(kind, id).revision do
    local text = documents.revision(kind, id, revision)
    seqs[#seqs + 1] = text and int(documents.read(text).audit)
  end
  return seqs
end

local function of_object(kind, id, before, limit)
  local numbers, packed, seqs = {}, {}, seqs_of(kind, id)
  for i = #seqs, 1, -1 do
    local entry = (not before or tonumber(seqs[i]) < before)
      and redis.call('XRANGE', base .. 'audit', seqs[i] .. '-0', seqs[i] .. '-0')[1]
    if entry and #numbers < limit then
      numbers[#numbers + 1], packed[#packed + 1] = seqs[i], entry[2][2]
    end
  end
  return { numbers, packed }
end

function reads.audit(args)
  require_whole()
  local kind, id, before, limit = unpack(args)
  if kind and id then
    return of_object(kind, id, before, limit)
  end
  local numbers, packed = {}, {}
  local low = before and ('(' .. int(before) .. '-0') or '+'
  local found = redis.call('XREVRANGE', base .. 'audit', low, '-', 'COUNT', (kind or id) and LOOK or limit)
  for _, entry in ipairs(found) do
    local fields = cmsgpack.unpack(entry[2][2])
    if (not kind or fields[5] == kind) and (not id or fields[6] == id) then
      numbers[#numbers + 1], packed[#packed + 1] = string.match(entry[1], '^%d+'), entry[2][2]
      if #numbers == limit then
        return { numbers, packed }
      end
    end
  end
  local more = (kind or id) and #found == LOOK
  return { numbers, packed, more and string.match(found[#found][1], '^%d+') or nil }
end
