-- read_log: packed chunks with seq > after.
-- args: run; attempt or false (the newest that has any); after; limit
function reads.read_log(args)
  local id, attempt, after, limit = unpack(args)
  if not attempt then
    local run = runs.get(id)
    attempt = run and run[F.attempt] + 1 or 0
    while attempt > 0 and redis.call('EXISTS', logs.key(id, attempt)) == 0 do
      attempt = attempt - 1
    end
  end
  return redis.call('ZRANGEBYSCORE', logs.key(id, attempt), '(' .. int(after), '+inf', 'LIMIT', 0, limit)
end
