-- saying: current documents whose body has a member, in the order of their ids.
-- args: kind; member; after; limit
-- returns: {ids, texts, id to go on behind or nil}; nil: `index` has not been through all there is

function reads.saying(args)
  require_whole()
  if not indexing.is_over() then
    return nil
  end
  local kind, member, after, limit = unpack(args)
  local ids, texts = {}, {}
  local found = redis.call('ZRANGEBYLEX', documents.said_key(kind, member), '(' .. after, '+', 'LIMIT', 0, limit)
  for _, id in ipairs(found) do
    local text = redis.call('HGET', documents.shelf(kind), id)
    -- a script of an older version leaves entries of an earlier body behind
    if text and documents.says((documents.read(text) or {}).body, member) then
      ids[#ids + 1], texts[#texts + 1] = id, text
    end
  end
  return { ids, texts, #found == limit and found[limit] or nil }
end
