-- consume: take events out of the outbox; those already gone are no error.
-- args: seqs
function writes.consume(args)
  for _, seq in ipairs(args[1]) do
    redis.call('ZREMRANGEBYSCORE', base .. 'outbox', seq, seq)
  end
  return #args[1]
end
