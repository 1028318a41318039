-- runs: a page of the ledger's runs.
-- args: states; newest first?; job, project, wait, group, origin, schedule, since, until (each or false);
--   after or false; limit
-- returns: {packed runs, id to go on behind or nil}. Looks at a bounded number of runs in one call.

local LOOK = 5000

local function wanted_of(states)
  local wanted = #states == 0 and TRANSITIONS or {}
  for _, state in ipairs(states) do
    wanted[state] = true
  end
  return #states > 0 and wanted or nil
end

-- The sorted sets that lead to the fewest runs.
local function sources_of(states, job, wait, group)
  if group then
    return { base .. 'group:' .. group }
  end
  return wait and { base .. 'waits:' .. wait } or history.sources(job, states)
end

function reads.runs(args)
  local states, newest, job, project, wait, group, origin, schedule, since, past, after, limit = unpack(args)
  local keys, wanted = sources_of(states, job, wait, group), wanted_of(states)
  local function fits(run)
    return (not job or run[F.job] == job) and (not project or run[F.project] == project)
      and (not wait or run[F.wait] == wait) and (not group or run[F.group] == group)
      and (not origin or run[F.origin] == origin)
      and (not wanted or wanted[run[F.state]]) and (not schedule or run[F.schedule] == schedule)
      and (not since or run[F.created] >= since) and (not past or run[F.created] < past)
  end
  local few = job and not wait and not group and history.is_live(states)
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
