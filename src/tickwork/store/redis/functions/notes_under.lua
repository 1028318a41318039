-- notes_under: those of a space whose keys begin with a prefix, in their order.
-- args: space; prefix; at; key to go on behind, or ''; limit
-- returns: {keys, texts, key to go on behind or nil}. Looks at a bounded number of notes in one call.
function reads.notes_under(args)
  local space, prefix, at, after, limit = unpack(args)
  local low = after > prefix and ('(' .. after) or ('[' .. prefix)
  -- no key has a byte 255: they are text
  local keys = redis.call('ZRANGEBYLEX', notes.keys(space), low, '(' .. prefix .. '\255', 'LIMIT', 0, limit)
  local found, texts = {}, {}
  for _, key in ipairs(keys) do
    local text = key ~= after and notes.live(space, key, at)
    if text then
      found[#found + 1], texts[#texts + 1] = key, text
    end
  end
  return { found, texts, #keys == limit and keys[#keys] or nil }
end
