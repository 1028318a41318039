-- trim_log: delete the log records of runs that were written before the instant of their level.
-- args: ids; {level = instant}
-- returns: how many went

local STEP = 500

-- When and at which level the record of a packed chunk was written; nothing for what is no record. (Packed bytes cannot
-- be unpacked here: `data`, the last of the four, is looked into where it stands.)
local function record_of(packed)
  local from = 1
  local _, at, stream
  from, _ = cmsgpack.unpack_one(packed, from)
  from, at = cmsgpack.unpack_one(packed, from)
  from, stream = cmsgpack.unpack_one(packed, from)
  if stream == 'record' then
    local width = ({ [0xc4] = 1, [0xc5] = 2, [0xc6] = 4 })[string.byte(packed, from + 1)]
    return at, string.match(packed, '^{"level":"(%u+)"', from + 2 + width)
  end
end

local function trim(key, before)
  local old = {}
  for _, packed in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    local at, level = record_of(packed)
    if level and before[level] and at < before[level] then
      old[#old + 1] = packed
    end
  end
  in_slices('ZREM', key, old, STEP)
  return #old
end

function writes.trim_log(args)
  local ids, before = unpack(args)
  local gone = 0
  runs.load(ids)
  for _, id in ipairs(ids) do
    for attempt = 1, records[id] and records[id][F.attempt] + 1 or 0 do
      gone = gone + trim(logs.key(id, attempt), before)
    end
  end
  return gone
end
