-- read_progress: the bars of an attempt.
-- args: run; attempt or false (the newest that has any)
-- returns: {group, packed bar, group, packed bar …}
function reads.read_progress(args)
  local id, attempt = unpack(args)
  if not attempt then
    local run = runs.get(id)
    attempt = run and run[F.attempt] + 1 or 0
    while attempt > 0 and redis.call('EXISTS', logs.bars(id, attempt)) == 0 do
      attempt = attempt - 1
    end
  end
  return redis.call('HGETALL', logs.bars(id, attempt))
end
