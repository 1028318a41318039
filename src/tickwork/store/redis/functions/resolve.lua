-- resolve: ids of runs that begin with a prefix.
-- args: prefix; limit
-- returns: ids
function reads.resolve(args)
  local prefix, limit = unpack(args)
  local ids = {}
  for _, key in ipairs(history.sources(false, {})) do
    for _, id in ipairs(redis.call('ZRANGEBYLEX', key, '[' .. prefix, '[' .. prefix .. '\255', 'LIMIT', 0, limit)) do
      ids[#ids + 1] = id
    end
  end
  table.sort(ids)
  for i = #ids, limit + 1, -1 do
    ids[i] = nil
  end
  return ids
end
