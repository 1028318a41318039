-- outbox: completions that have not been consumed, oldest first.
-- args: limit
-- returns: {seqs, packed runs}
function reads.outbox(args)
  local found = redis.call('ZRANGE', base .. 'outbox', 0, args[1] - 1, 'WITHSCORES')
  local seqs, packed = {}, {}
  for i = 1, #found, 2 do
    seqs[#seqs + 1] = found[i + 1]
    packed[#packed + 1] = redis.call('GET', runs.key(found[i]))
  end
  return { seqs, packed }
end
