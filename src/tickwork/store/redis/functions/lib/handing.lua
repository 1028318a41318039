-- Runs of plain clients' jobs: how they are born by a tick, stand in a queue, are popped and acknowledged.

-- How a run stands in a queue: the job's metadata, and which run it is.
entry_of = function(view, run)
  return cjson.encode({
    id = view.id, runner = view.runner, payload = view.payload, interval = view.interval, start = view.start,
    stop = view.stop, lambda = view.lambda, step = view.step, run = run[F.id],
  })
end

function plain.new_run(view, revision, origin, at)
  local run = {}
  for _, place in pairs(F) do
    run[place] = false
  end
  run[F.id], run[F.job], run[F.project], run[F.revision] = plain.new_id(at), view.id, 'default', revision
  run[F.origin], run[F.state], run[F.pool], run[F.priority] = origin, 'queued', view.pool or 'default', 0
  run[F.ready_at], run[F.created], run[F.attempt], run[F.losses] = at, at, 0, 0
  return run
end

local function switched_off(id, now)
  for _, switch in ipairs({ 'job:' .. id, 'project:default', 'instance:' }) do
    local text = redis.call('HGET', base .. 'docs:switch', switch)
    local fields = text and documents.read(text)
    local past = fields and tonumber(string.match(fields.body, '"until":(%d+)'))
    if fields and (not past or past > now) then
      return switch
    end
  end
end

local function gap_of(view, revision, first, last, count, now, state, reason, note)
  local gap = {}
  gap[G.id], gap[G.schedule], gap[G.job], gap[G.project] = plain.new_id(now), view.id .. '#main', view.id, 'default'
  gap[G.revision], gap[G.first], gap[G.last], gap[G.count] = revision, first, last, count
  gap[G.state], gap[G.reason], gap[G.note], gap[G.created] = state, reason, note, now
  return gap
end

-- Account for every slot up to now: the latest becomes a run, unless `passed` (a note) says that none shall; the
-- earlier ones are a gap. Returns the state of the run, or nil.
function plain.tick(view, revision, now, passed)
  local row = timetable.find(view.id .. '#main')
  if not row or row[T.revision] ~= revision or now <= row[T.cursor] then
    return nil
  end
  local count, first, before, last = plain.between(view, row[T.cursor], now)
  local children, gaps = {}, {}
  local off = count > 0 and switched_off(view.id, now)
  if off then
    gaps[1] = gap_of(view, revision, first, last, count, now, 'skipped', 'paused', off .. ' is switched off')
  elseif count > 0 and passed then
    gaps[1] = gap_of(view, revision, first, last, count, now, 'missed', 'coalesced', passed)
  elseif count > 0 then
    if count > 1 then
      gaps[1] = gap_of(view, revision, first, before, count - 1, now, 'missed', 'down', 'nobody ticked in time')
    end
    local run = plain.new_run(view, revision, 'schedule', now)
    run[F.schedule], run[F.slot], run[F.nominal] = row[T.schedule], last, plain.iso(last)
    run[F.ready_at] = last
    children[1] = { run, 'skip', false }
  end
  births.read(children)
  births.check(children)
  local due = plain.following(view, now)
  local born = firing.one({ row[T.schedule], row[T.version], now, due, children, gaps }, {}, now)
  return born[1] and born[1][2]
end

-- Remove the job if its stop is past.
function plain.expire(view, now)
  if view.stop and now >= plain.micros(view.stop) then
    plain.remove(view.id, now, 'expire')
    return true
  end
end

function plain.attempt(run, now, outcome, reason, note, reported)
  runs.append(run, cmsgpack.pack({
    run[F.id], run[F.attempt], run[F.epoch], run[F.fence], run[F.session], run[F.worker] or '', run[F.started], now,
    outcome, reason or false, false, note or false, reported,
  }))
end

function plain.begin(run, queue, now)
  run[F.entry] = false -- it has been popped
  runs.move(run, {
    state = 'claimed', session = 'door', worker = queue, epoch = current_epoch(), fence = take('fence'),
  })
  runs.move(run, { state = 'running', attempt = run[F.attempt] + 1, started = now })
end

function plain.finish(run, now, state, reason, note)
  plain.attempt(run, now, state, reason, note, true)
  drop(base .. 'acks', run[F.id])
  runs.let_go(run, { state = state, reason = reason, note = note, finished = now })
end

-- Popped runs that were not acknowledged in time return to their queue.
local function return_unacknowledged(now)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'acks', '-inf', now, 'LIMIT', 0, 1000)) do
    local run = runs.get(id)
    drop(base .. 'acks', id)
    if run and run[F.state] == 'running' then
      local view = plain.view(run[F.job], now)
      plain.attempt(run, now, 'failed', 'lost', 'it was not acknowledged in time', false)
      runs.let_go(run, { state = 'queued', ready_at = now, losses = run[F.losses] + 1 })
      if view then
        run[F.entry] = entry_of(view, run)
        later('LPUSH', door .. 'jobs:queue:' .. view.runner, run[F.entry])
      end
    end
  end
  flush()
end

-- What is to be done from time to time: by `promote`, and by the clients' own calls while no Tickwork runs.
local function door_sweep(now)
  return_unacknowledged(now)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'stops', '-inf', now, 'LIMIT', 0, 1000)) do
    local view, revision = plain.view(id, now)
    if view then
      plain.tick(view, revision, now)
      plain.remove(id, now, 'expire')
    else
      drop(base .. 'stops', id)
    end
  end
  flush()
end
