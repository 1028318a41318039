-- outbox: completions that have not been consumed, oldest first.
-- args: limit
-- returns: {seqs, packed runs}
function reads.outbox(args)
  local found = redis.call('ZRANGE', base .. 'outbox', 0, args[1] - 1, 'WITHSCORES')
  local seqs, ids, packed = {}, {}, {}
  for i = 1, #found, 2 do
    ids[#ids + 1], seqs[#seqs + 1] = found[i], found[i + 1]
  end
  runs.load(ids)
  for i, id in ipairs(ids) do
    packed[i] = runs.pack(records[id])
  end
  return { seqs, packed }
end
