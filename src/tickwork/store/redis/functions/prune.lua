-- prune: forget ended runs and gaps from before an instant; for servers of version 2 beside this one.
-- args: before; keep; limit; cursor {number of the state, id}; jobs to spare
-- returns: {how many went, next cursor or nil}. Looks at a bounded number of runs in one call.

local LOOK = 2000
local STEP = 500

local function may_go(run, before, keep)
  return run[F.finished] < before and not redis.call('ZSCORE', base .. 'outbox', run[F.id])
    and (keep == 0 or (redis.call('ZREVRANK', job_key(run[F.job]), run[F.id]) or keep) >= keep)
end

function writes.prune(args)
  local before, keep, limit, cursor, spare = unpack(args)
  local spared = {}
  for _, job in ipairs(spare) do
    spared[job] = true
  end
  local number, after = cursor[1], cursor[2]
  local gone, looked = 0, 0
  while ENDED[number] and gone < limit and looked < LOOK do
    local ids = history.ids({ ended_key(ENDED[number]) }, false, after ~= '' and after or nil, STEP)
    runs.load(ids)
    for _, id in ipairs(ids) do
      if gone < limit then
        after = id
        if not spared[records[id][F.job]] and may_go(records[id], before, keep) then
          history.forget(records[id])
          gone = gone + 1
        end
      end
    end
    looked = looked + #ids
    if #ids < STEP and gone < limit then
      number, after = number + 1, ''
    end
  end
  if ENDED[number] then
    return { gone, { number, after } }
  end
  return { gone + history.prune_gaps(before, limit - gone) }
end
