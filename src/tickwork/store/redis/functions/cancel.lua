-- cancel: end what has not begun, ask for the end of what has.
-- args: runs; reason; note; at; actor {kind, name} or false
-- returns: for each run done, ordered, over or unknown

local function cancel_one(id, reason, note, at)
  local run = runs.get(id)
  if not run then
    return 'unknown', false
  elseif TERMINAL[run[F.state]] then
    return 'over', false
  elseif not HELD[run[F.state]] then
    runs.move(run, { state = 'cancelled', reason = reason, note = note, finished = at })
    runs.announce(run)
    return 'done', true
  end
  wake('orders')
  if run[F.cancel] then
    return 'ordered', false
  end
  run[F.cancel] = reason .. '|' .. note
  join(base .. 'orders:' .. run[F.session], id)
  runs.touch(run)
  return 'ordered', true
end

function writes.cancel(args)
  local ids, reason, note, at, actor = unpack(args)
  local outcomes = {}
  runs.load(ids)
  for _, id in ipairs(ids) do
    local run = records[id]
    if run and run[F.state] and not TERMINAL[run[F.state]] then
      runs.require_legal(id, run[F.state], 'cancelled', reason)
    end
  end
  for i, id in ipairs(ids) do
    local outcome, changed = cancel_one(id, reason, note, at)
    outcomes[i] = outcome
    if changed and actor then
      audit({ at = at, by_kind = actor[1], by_name = actor[2], verb = 'cancel', kind = 'run', id = id, note = note })
    end
  end
  return outcomes
end
