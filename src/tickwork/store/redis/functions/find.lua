-- find: current documents in the order of their ids.
-- args: kind; project, name, owner (each or false); after; whether deleted ones too; limit
-- returns: {ids, texts, id to go on behind or nil}. Looks at a bounded number of documents in one call.

local LOOK = 2000

-- The next ids behind `after`, in order.
local function next_ids(kind, name, after, deleted, n)
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

local function fits(found, project, name, owner)
  return (not project or found.project == project) and (not name or found.name == name)
    and (not owner or found.owner == owner)
end

local function text_of(kind, id, deleted)
  local text = redis.call('HGET', documents.shelf(kind), id)
  local revision = not text and deleted and redis.call('HGET', base .. 'deleted-at:' .. kind, id)
  return text or (revision and documents.revision(kind, id, tonumber(revision)))
end

function reads.find(args)
  require_whole()
  local kind, project, name, owner, after, deleted, limit = unpack(args)
  local ids, texts, step = {}, {}, math.min(LOOK, limit)
  local filtered = project or name or owner
  for _ = 1, LOOK / step do
    local found = next_ids(kind, name, after, deleted, step)
    for i = 1, math.min(#found, step) do
      after = found[i]
      local text = text_of(kind, after, deleted)
      local fields = text and (not filtered or fits(documents.read(text) or {}, project, name, owner))
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
