-- The log of an attempt: its packed chunks in a sorted set by seq.

local logs = {}

function logs.key(id, attempt)
  return base .. 'log:' .. id .. ':' .. int(attempt)
end

-- The bars of an attempt: by group, packed {place, began, at, current, total, status}.
function logs.bars(id, attempt)
  return base .. 'bars:' .. id .. ':' .. int(attempt)
end

-- Keep a bar {group as JSON, current, total, status}; a new one gets the next place.
function logs.write_bar(id, attempt, bar, began, at)
  local key, group = logs.bars(id, attempt), bar[1]
  local old = redis.call('HGET', key, group)
  local place = redis.call('HLEN', key) + 1
  if old then
    place, began = unpack(cmsgpack.unpack(old))
  end
  redis.call('HSET', key, group, cmsgpack.pack({ place, began, at, bar[2], bar[3], bar[4] }))
end

function logs.write(id, attempt, chunks, blobs, first, past)
  local key = logs.key(id, attempt)
  if first then
    redis.call('ZREMRANGEBYSCORE', key, first, '(' .. int(past))
  end
  local arguments = {}
  for _, chunk in ipairs(chunks) do
    redis.call('ZREMRANGEBYSCORE', key, chunk[1], chunk[1])
    arguments[#arguments + 1] = chunk[1]
    arguments[#arguments + 1] = blobs[chunk[2]]
  end
  in_slices('ZADD', key, arguments, 2 * SLICE)
end
