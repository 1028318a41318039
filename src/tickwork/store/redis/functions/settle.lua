-- settle: end a dead session; what it held goes back to the queue, or ends.
-- args: session; beat; most losses; at; note
-- returns: the packed runs as they are now, or 0 if the session is not at that beat or has ended

local function fate_of(run, most, note)
  if run[F.cancel] then
    local reason, why = runs.request(run)
    return { state = 'cancelled', reason = reason, note = why }
  end
  if run[F.losses] + 1 >= most or (run[F.once] and run[F.state] == 'running') then
    return { state = 'failed', reason = 'lost', note = note }
  end
  return { state = 'queued', note = note }
end

local function write_lost_attempt(run, at, note)
  runs.append(run, cmsgpack.pack({
    run[F.id], run[F.attempt], run[F.epoch], run[F.fence], run[F.session], run[F.worker] or '', run[F.started], at,
    'failed', 'lost', false, note, false,
  }))
end

function writes.settle(args)
  local id, beat, most, at, note = unpack(args)
  local now, ended = unpack(redis.call('HMGET', session_key(id), 'beat', 'ended'))
  if not now or ended or tonumber(now) ~= beat then
    return 0
  end
  local held, settled = sessions.held(id), {}
  sessions.finish(id, at)
  for i, name in ipairs(held) do
    local run = records[name]
    if run[F.state] == 'running' then
      write_lost_attempt(run, at, note)
    end
    local fate = fate_of(run, most, note)
    fate.losses = run[F.losses] + 1
    fate.finished = TERMINAL[fate.state] and at
    runs.let_go(run, fate)
    settled[i] = runs.pack(run)
  end
  return settled
end
