-- unblock: let runs that wait for others go on, or end.
-- args: items {run, state, reason or false, note or false, blob of pins or false, blob of the result or false,
--   overlap, asked}; at
-- returns: for each its state now, or nil where it did not wait so (any more)

local function waits_so(run)
  return run and run[F.state] == 'waiting' and run[F.wait] == 'upstream'
end

-- What the item asks for, as the job's other runs let it be.
local function wish_of(run, item, at)
  local wish = {}
  wish[F.id], wish[F.job] = run[F.id], run[F.job]
  wish[F.state], wish[F.reason], wish[F.note] = item[2], item[3], item[4] or run[F.note]
  if item[2] == 'queued' and item[7] ~= 'allow' then
    births.among_others(wish, item[7], at, item[8])
  end
  return wish
end

local function go(run, wish, at)
  if wish[F.state] == 'waiting' then
    runs.wait_for(run, 'overlap')
    return
  end
  runs.move(run, {
    state = wish[F.state], reason = wish[F.reason] or false, note = wish[F.note], about = wish[F.about] or false,
    finished = TERMINAL[wish[F.state]] and at or false,
  })
  if TERMINAL[run[F.state]] then
    runs.announce(run)
  end
end

local function unblock_one(run, item, blobs, at)
  run[F.exclusive], run[F.pinned] = item[7] ~= 'allow', run[F.pinned] or item[5] ~= false
  go(run, wish_of(run, item, at), at)
  if item[5] then
    keep(base .. 'pins:' .. run[F.id], blobs[item[5]])
  end
  if item[6] then
    runs.keep_result(run, blobs[item[6]])
  end
  return run[F.state]
end

function writes.unblock(args, blobs)
  local items, at, states = args[1], args[2], {}
  for _, item in ipairs(items) do
    if waits_so(runs.get(item[1])) then
      runs.require_legal(item[1], 'waiting', item[2], item[3])
    end
  end
  for i, item in ipairs(items) do
    local run = runs.get(item[1])
    states[i] = waits_so(run) and unblock_one(run, item, blobs, at)
  end
  return states
end
