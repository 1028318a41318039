-- jtrim: keep only the newest entries of queues; the runs of the others are cancelled.
-- call: jtrim N queue… keep
-- returns: how many queues there are
function commands.jtrim(keys, args)
  plain.enter(keys[1], 'jobs:queue:')
  local keep, now = math.max(0, plain.number(args[1] or '0', 'keep')), plain.now()
  for _, queue in ipairs(keys) do
    for _, entry in ipairs(redis.call('LRANGE', queue, keep, -1)) do
      local ok, told = pcall(cjson.decode, entry)
      local run = ok and type(told) == 'table' and told.run and runs.get(told.run)
      if run and run[F.state] == 'queued' then
        run[F.entry] = false -- it goes with the others
        runs.move(run, { state = 'cancelled', reason = 'user', note = 'trimmed from ' .. queue, finished = now })
        runs.announce(run)
      end
    end
    redis.call('LTRIM', queue, 0, keep - 1)
    if keep == 0 then
      redis.call('DEL', queue)
    end
  end
  return #keys
end
