-- latest: the newest n runs of each job, in one of the states if any are given.
-- args: jobs; n; states
-- returns: for each job its packed runs, newest first; parts of other runs are left out

-- What has not ended is few, however long a job's history is.

local STEP = 100

local function newest(job, n, states)
  local wanted, packed, first = {}, {}, 0
  for _, state in ipairs(states) do
    wanted[state] = true
  end
  local live = history.is_live(states) and history.live(job, true, nil, math.huge)
  while #packed < n do
    local ids = live or redis.call('ZREVRANGE', job_key(job), first, first + STEP - 1)
    runs.load(ids)
    for _, id in ipairs(ids) do
      local run = records[id]
      if #packed < n and not PARTS[run[F.origin]] and (#states == 0 or wanted[run[F.state]]) then
        packed[#packed + 1] = cmsgpack.pack(run)
      end
    end
    if live or #ids < STEP then
      break
    end
    first = first + STEP
  end
  return packed
end

function reads.latest(args)
  local jobs, n, states = unpack(args)
  local found = {}
  for i, job in ipairs(jobs) do
    found[i] = newest(job, n, states)
  end
  return found
end
