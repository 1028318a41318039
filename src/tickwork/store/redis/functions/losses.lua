-- losses: what the server lost so far.
-- returns: packed {at, how many writes}
function reads.losses()
  return redis.call('LRANGE', base .. 'losses', -10, -1)
end
