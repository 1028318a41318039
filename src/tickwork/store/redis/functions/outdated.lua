-- outdated: ended runs that may go.
-- args: state; project or false; job or false; before; keep; lowest id; highest id; jobs to spare; how many to look at
-- returns: {run and job alternating, the last id looked at or nil: there are no more}

local function may_go(run, state, project, before, keep)
  return run[F.state] == state and (not project or run[F.project] == project)
    and run[F.finished] < before and not redis.call('ZSCORE', base .. 'outbox', run[F.id])
    and (keep == 0 or (redis.call('ZREVRANK', job_key(run[F.job]), run[F.id]) or keep) >= keep)
end

function reads.outdated(args)
  local state, project, job, before, keep, low, high, spare, look = unpack(args)
  local key = job and job_key(job) or ended_key(state)
  local spared, found = {}, {}
  for _, name in ipairs(spare) do
    spared[name] = true
  end
  local ids = redis.call('ZRANGEBYLEX', key, '(' .. low, '(' .. high, 'LIMIT', 0, look)
  runs.load(ids)
  for _, id in ipairs(ids) do
    local run = records[id]
    if run and not spared[run[F.job]] and may_go(run, state, project, before, keep) then
      found[#found + 1], found[#found + 2] = id, run[F.job]
    end
  end
  return { found, #ids == look and ids[#ids] or nil }
end
