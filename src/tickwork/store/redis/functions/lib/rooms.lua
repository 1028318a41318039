-- What limits leave of the room for runs, counted from what sessions hold at this moment (core/lanes.py is the same in
-- Python). A lane's text names its limits, its keys quoted: `default?limits=job/backup:1,key/db:2`.

local rooms = {}
local READ = {} -- lanes of this call, as they were read

local function limits_in(lane)
  local known = READ[lane]
  if not known then
    known = { keys = { 'pool/' .. string.match(lane, '^[^?]*') }, limits = {} }
    for key, most in string.gmatch(string.match(lane, '[?&]limits=([^&]*)') or '', '([^,]+):(%d+)') do
      known.keys[#known.keys + 1] = key
      known.limits[#known.limits + 1] = { key, tonumber(most) }
    end
    READ[lane] = known
  end
  return known
end

local function tally(held, lane)
  for _, key in ipairs(limits_in(lane).keys) do
    held[key] = (held[key] or 0) + 1
  end
end

-- The room for runs of these lanes, or nil where nothing limits it.
function rooms.open(lanes, limits)
  READ = {}
  local limited = #limits > 0
  for _, lane in ipairs(lanes) do
    limited = limited or string.find(lane, 'limits=', 1, true) ~= nil
  end
  if not limited then
    return nil
  end
  local room = { held = {}, pools = limits }
  for _, session in ipairs(redis.call('ZRANGE', base .. 'sessions', 0, -1)) do
    for _, id in ipairs(sessions.held(session)) do
      tally(room.held, records[id][F.pool])
    end
  end
  return room
end

-- How many runs of the lane may begin, at most `most`.
function rooms.of(room, lane, most)
  if not room then
    return most
  end
  local known = limits_in(lane)
  for _, limit in ipairs(known.limits) do
    most = math.min(most, limit[2] - (room.held[limit[1]] or 0))
  end
  for _, limit in ipairs(room.pools) do
    if limit[1] == known.keys[1] then
      most = math.min(most, limit[2] - (room.held[limit[1]] or 0))
    end
  end
  return math.max(0, most)
end

-- One of the lane begins, if there is room.
function rooms.take(room, lane)
  if rooms.of(room, lane, 1) == 0 then
    return false
  end
  if room then
    tally(room.held, lane)
  end
  return true
end
