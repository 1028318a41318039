-- time: what the server's clock shows.
-- returns: microseconds
function reads.time()
  local now = redis.call('TIME')
  return now[1] .. string.rep('0', 6 - #now[2]) .. now[2]
end
