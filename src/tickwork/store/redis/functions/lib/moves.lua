-- How runs go from state to state, by the one table of transitions.

local function told(state, reason)
  return state .. (reason and (' (' .. reason .. ')') or '')
end

local function is_whole(run)
  local state = run[F.state]
  return (HELD[state] or false) == (run[F.session] and true)
    and (TERMINAL[state] or false) == (run[F.finished] and true)
    and (state == 'waiting') == (run[F.wait] and true)
end

-- Raises for a transition that the table does not have.
function runs.require_legal(id, source, target, reason)
  local reasons = (TRANSITIONS[source or ''] or {})[target]
  if not (reasons and reasons[reason or '']) then
    local from = source and ('go from ' .. source .. ' to ') or 'be born '
    refuse('ILLEGAL', 'run ' .. id .. ' may not ' .. from .. told(target, reason))
  end
end

-- Change fields of a run, its state among them. `freed`: its claim is over.
function runs.move(run, changes, freed)
  runs.require_legal(run[F.id], run[F.state], changes.state, changes.reason)
  local was = run[F.state]
  -- a claim that begins stays in all its indexes
  local stays = was == 'claimed' and changes.state == 'running'
  if stays then
    count(run, -1)
  else
    runs.lift(run)
  end
  run[F.reason], run[F.wait] = false, false
  if freed then
    run[F.session], run[F.epoch], run[F.fence], run[F.cancel] = false, false, false, false
  end
  for field, value in pairs(changes) do
    run[F[field]] = value
  end
  if not is_whole(run) then
    refuse('ILLEGAL', 'run ' .. run[F.id] .. ' may not be ' .. run[F.state] .. ' with such fields')
  end
  if stays then
    count(run, 1)
    runs.touch(run)
  else
    runs.place(run)
  end
  if runs.occupies(run, was) and not runs.occupies(run) then
    lift_busy(run)
  elseif runs.occupies(run) and not runs.occupies(run, was) then
    join(busy_key(run[F.job]), run[F.id])
  end
  if TERMINAL[run[F.state]] then
    drop(base .. 'live', run[F.id])
  end
end

function runs.bear(run)
  runs.require_legal(run[F.id], nil, run[F.state], run[F.reason])
  if not is_whole(run) then
    refuse('ILLEGAL', 'run ' .. run[F.id] .. ' may not be born ' .. run[F.state] .. ' with such fields')
  end
  runs.settle_in(run)
end

-- A terminal state's event; the outbox holds it until it is consumed.
function runs.announce(run)
  announced[#announced + 1] = run[F.id]
  wake('outbox')
  if run[F.state] == 'succeeded' then
    succeeded[run[F.job]] = run[F.finished]
  end
end

-- What a cancel request says: reason and words.
function runs.request(run)
  local reason, why = string.match(run[F.cancel], '^([^|]*)|?(.*)$')
  return reason, why
end

local FREED = true

-- The run's claim is over: `changes` and no session any more.
function runs.let_go(run, changes)
  runs.move(run, changes, FREED)
  if TERMINAL[run[F.state]] then
    runs.announce(run)
  end
end

-- Does the claim with this fence still hold the run?
function runs.holds(run, of_epoch, n)
  return run and run[F.session] and run[F.fence] == n and run[F.epoch] == of_epoch and of_epoch == current_epoch()
end
