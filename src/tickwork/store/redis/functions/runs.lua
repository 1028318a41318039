-- runs: a page of the ledger's runs.
-- args: job, project (each or false); states; schedule, since, until (each or false); newest first?; after or false; limit
-- returns: {packed runs, id to go on behind or nil}. Looks at a bounded number of runs in one call.

local LOOK = 5000

local function wanted_of(states)
  local wanted = #states == 0 and TRANSITIONS or {}
  for _, state in ipairs(states) do
    wanted[state] = true
  end
  return #states > 0 and wanted or nil
end

function reads.runs(args)
  local job, project, states, schedule, since, past, newest, after, limit = unpack(args)
  local keys, wanted = history.sources(job, states), wanted_of(states)
  local function fits(run)
    return (not job or run[F.job] == job) and (not project or run[F.project] == project)
      and (not wanted or wanted[run[F.state]]) and (not schedule or run[F.schedule] == schedule)
      and (not since or run[F.created] >= since) and (not past or run[F.created] < past)
  end
  local few = job and history.is_live(states)
  local packed, looked = {}, 0
  local step = math.max(1, math.min(limit, SLICE))
  while looked < LOOK do
    local ids = few and history.live(job, newest, after, step) or history.ids(keys, newest, after, step)
    runs.load(ids)
    for _, id in ipairs(ids) do
      after = id
      if records[id] and fits(records[id]) then
        packed[#packed + 1] = cmsgpack.pack(records[id])
        if #packed == limit then
          return { packed }
        end
      end
    end
    if #ids < step then
      return { packed }
    end
    looked = looked + #ids
  end
  return { packed, after }
end
