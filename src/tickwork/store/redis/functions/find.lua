-- find: current documents in the order of their ids.
-- args: kind; project, name, owner (each or false); after; whether deleted ones too; limit; tags (older clients: none)
-- returns: {ids, texts, id to go on behind or nil}. Looks at a bounded number of documents in one call.

local LOOK = 2000

-- The keys of the tags' entries, that of the rarest first: it leads to all that have them.
local function keys_of_tags(kind, tags)
  local keys, size = {}, {}
  for i, tag in ipairs(tags) do
    keys[i] = documents.tagged_key(kind, tag)
    size[keys[i]] = redis.call('ZCARD', keys[i])
  end
  table.sort(keys, function(a, b) return size[a] < size[b] end)
  return keys
end

local function stands_in_all(keys, id)
  for i = 2, #keys do
    if not redis.call('ZSCORE', keys[i], id) then
      return false
    end
  end
  return true
end

-- The next ids behind `after`, in order. `tagged`: the key that leads to them.
local function next_ids(kind, name, tagged, after, deleted, n)
  if tagged then
    return redis.call('ZRANGEBYLEX', tagged, '(' .. after, '+', 'LIMIT', 0, n)
  end
  local keys = { base .. (name and ('named:' .. kind .. ':' .. name) or ('ids:' .. kind)) }
  if deleted then
    keys[2] = base .. 'deleted:' .. kind
  end
  local ids = name and name > after and redis.call('ZSCORE', base .. 'ids:' .. kind, name) and { name } or {}
  for _, key in ipairs(keys) do
    for _, id in ipairs(redis.call('ZRANGEBYLEX', key, '(' .. after, '+', 'LIMIT', 0, n)) do
      ids[#ids + 1] = id
    end
  end
  table.sort(ids)
  return ids
end

-- Entries of tags may be of an earlier body: a script of an older version does not mind them.
local function fits(found, project, name, owner, tags)
  return (not project or found.project == project) and (not name or found.name == name)
    and (not owner or found.owner == owner) and documents.has_tags(found.body, tags)
end

local function text_of(kind, id, deleted)
  local text = redis.call('HGET', documents.shelf(kind), id)
  local revision = not text and deleted and redis.call('HGET', base .. 'deleted-at:' .. kind, id)
  return text or (revision and documents.revision(kind, id, tonumber(revision)))
end

function reads.find(args)
  require_whole()
  local kind, project, name, owner, after, deleted, limit, tags = unpack(args)
  tags = tags or {}
  local ids, texts, step = {}, {}, math.min(LOOK, limit)
  local tagged = keys_of_tags(kind, tags)
  local filtered = project or name or owner or tagged[1]
  for _ = 1, LOOK / step do
    local found = next_ids(kind, name, tagged[1], after, deleted, step)
    for i = 1, math.min(#found, step) do
      after = found[i]
      local text = stands_in_all(tagged, after) and text_of(kind, after, deleted)
      local fields = text and (not filtered or fits(documents.read(text) or {}, project, name, owner, tags))
      if fields then
        ids[#ids + 1], texts[#texts + 1] = after, text
        if #ids == limit then
          return { ids, texts }
        end
      end
    end
    if #found < step then
      return { ids, texts }
    end
  end
  return { ids, texts, after }
end
