-- jack: say what became of a popped run: 0 it succeeded, 1 it failed, 2 it is still at work (and has its time again).
-- call: jack 1 jobs id 0|1|2 [now]   id: of the run, or of its job
-- returns: 1, or 0 if no such run waits for an acknowledgement

local function run_of(id)
  local run = runs.get(id)
  if run then
    return run
  end
  for _, other in ipairs(runs.all_busy(id)) do
    if redis.call('ZSCORE', base .. 'acks', other) then
      return runs.get(other)
    end
  end
end

function commands.jack(keys, args)
  plain.enter(keys[1], 'jobs')
  local now, run = plain.now(args[3]), run_of(args[1])
  if not run or run[F.state] ~= 'running' or not redis.call('ZSCORE', base .. 'acks', run[F.id]) then
    return 0
  end
  if args[2] == '0' then
    plain.finish(run, now, 'succeeded', false, 'acknowledged')
  elseif args[2] == '1' then
    plain.finish(run, now, 'failed', 'exit', 'a client reported its failure')
  elseif args[2] == '2' then
    put(base .. 'acks', run[F.id], now + tonumber(redis.call('ZSCORE', base .. 'patience', run[F.id])))
  else
    refuse('ERR', 'jack id 0|1|2: what is ' .. tostring(args[2]) .. '?')
  end
  if args[2] ~= '2' then
    drop(base .. 'patience', run[F.id])
  end
  return 1
end
