-- runs: a page of the ledger's runs.
-- args: states; newest first?; job, project, wait, group, origin, schedule, since, until (each or false);
--   after or false; limit; projects or false; reasons; lane, worker, text (each or false); the id to stop at or false
-- returns: {packed runs, id to go on behind or nil, how many runs met what stands before `limit`}. Looks at a bounded
-- number of runs in one call. An older version's call ends with the limit.

local LOOK = 5000

-- As a set; nil for none.
local function wanted_of(list)
  if not list then
    return nil
  end
  local wanted = {}
  for _, one in ipairs(list) do
    wanted[one] = true
  end
  return wanted
end

local function some(list)
  return list and #list > 0 and list or nil
end

local function has(text, part)
  return text and string.find(string.lower(text), part, 1, true)
end

-- The sorted sets that lead to the fewest runs.
local function sources_of(states, job, wait, group)
  if group then
    return { base .. 'group:' .. group }
  end
  return wait and { base .. 'waits:' .. wait } or history.sources(job, states)
end

function reads.runs(args)
  local states, newest, job, project, wait, group, origin, schedule, since, past, after, limit, projects, reasons, lane,
    worker, text, edge = unpack(args)
  local keys, wanted = sources_of(states, job, wait, group), wanted_of(some(states))
  local within, because = wanted_of(projects or nil), wanted_of(some(reasons))
  local function fits(run)
    return (not job or run[F.job] == job) and (not project or run[F.project] == project)
      and (not within or within[run[F.project]])
      and (not wait or run[F.wait] == wait) and (not group or run[F.group] == group)
      and (not origin or run[F.origin] == origin)
      and (not wanted or wanted[run[F.state]]) and (not schedule or run[F.schedule] == schedule)
      and (not since or run[F.created] >= since) and (not past or run[F.created] < past)
  end
  local function is_sought(run)
    return (not because or because[run[F.reason]])
      and (not lane or string.match(run[F.pool], '^[^?]*') == lane) and (not worker or run[F.worker] == worker)
      and (not text or has(run[F.job], text) or has(run[F.note], text))
  end
  local function is_past(id)
    return edge and (newest and id <= edge or not newest and id >= edge)
  end
  local few = job and not wait and not group and history.is_live(states)
  local packed, looked, met = {}, 0, 0
  local step = math.max(1, math.min(limit, SLICE))
  while looked < LOOK do
    local ids = few and history.live(job, newest, after, step) or history.ids(keys, newest, after, step)
    runs.load(ids)
    for _, id in ipairs(ids) do
      after = id
      if is_past(id) then
        return { packed }
      end
      if records[id] and fits(records[id]) then
        met = met + 1
        if is_sought(records[id]) then
          packed[#packed + 1] = cmsgpack.pack(records[id])
        end
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
  return { packed, after, met }
end
