-- consume: take events out of the outbox; those already gone are no error.
-- args: seqs
function writes.consume(args)
  local seqs, first = args[1], nil
  for i, seq in ipairs(seqs) do
    first = first or seq
    if seqs[i + 1] ~= seq + 1 then -- seqs that follow one another go at once
      redis.call('ZREMRANGEBYSCORE', base .. 'outbox', first, seq)
      first = nil
    end
  end
  return #seqs
end
