-- progress: write bars of attempts, fenced as append_log.
-- args: writes {run, attempt, epoch, fence, at, bars {group as JSON, current, total, status}}
-- returns: the numbers of those that are lost

local function write(key, at, bar)
  local group, current, total, status = unpack(bar)
  local old = redis.call('HGET', key, group)
  local place, began = redis.call('HLEN', key) + 1, at
  if old then
    place, began = unpack(cmsgpack.unpack(old))
  end
  redis.call('HSET', key, group, cmsgpack.pack({ place, began, at, current, total, status }))
end

function writes.progress(args)
  local lost = {}
  for i, one in ipairs(args[1]) do
    local id, attempt, of_epoch, n, at, bars = unpack(one)
    if runs.holds(runs.get(id), of_epoch, n) or claims.reported(id, of_epoch, n, attempt) then
      for _, bar in ipairs(bars) do
        write(logs.bars(id, attempt), at, bar)
      end
    else
      lost[#lost + 1] = i
    end
  end
  return lost
end
