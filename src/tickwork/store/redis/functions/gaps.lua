-- gaps: those that touch [since, until), by first slot.
-- args: job, schedule, since, until (each or false); limit
-- returns: packed gaps

local STEP = 500

function reads.gaps(args)
  local job, schedule, since, past, limit = unpack(args)
  local key, found, first = base .. 'gaps:' .. (job or 'all'), {}, 0
  while #found < limit do
    local ids = redis.call('ZRANGEBYSCORE', key, '-inf', past and '(' .. int(past) or '+inf', 'LIMIT', first, STEP)
    for _, id in ipairs(ids) do
      local gap = timetable.gap(id)
      if #found < limit and (not schedule or gap[G.schedule] == schedule) and (not since or gap[G.last] >= since) then
        found[#found + 1] = cmsgpack.pack(gap)
      end
    end
    if #ids < STEP then
      break
    end
    first = first + STEP
  end
  return found
end
