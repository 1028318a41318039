-- jpop: take a run out of a queue.
-- call: jpop 1 queue            it is handed over: its run has succeeded
--   or: jpop 1 queue now seconds   it must be acknowledged (`jack`) within so many seconds, else it returns
-- returns: the job's metadata as JSON, with the id of the run in `run`; nil if there is nothing
function commands.jpop(keys, args)
  plain.enter(keys[1], 'jobs:queue:')
  local queue, now = keys[1], plain.now(args[1])
  local patience = args[2] and plain.micros(plain.number(args[2], 'seconds'))
  return_unacknowledged(now)
  local entry = redis.call('RPOP', queue)
  while entry do
    local ok, told = pcall(cjson.decode, entry)
    local run = ok and type(told) == 'table' and told.run and runs.get(told.run)
    if not run then
      return entry -- a client pushed it by hand
    end
    if run[F.state] == 'queued' and run[F.entry] == entry then
      plain.begin(run, queue, now)
      if patience then
        put(base .. 'acks', run[F.id], now + patience)
        put(base .. 'patience', run[F.id], patience)
      else
        plain.finish(run, now, 'succeeded', false, 'handed over to a client of ' .. queue)
      end
      return entry
    end
    entry = redis.call('RPOP', queue) -- a worker was faster
  end
end
