-- Small values that end by themselves. One hash for each space; in it, by key, `<expires or nothing>\n<body>`. Beside
-- it the keys in order, and for all spaces together what expires when.
-- Redis' own expiry would follow the server's clock: the times here are the callers'.

local notes = {}
local EXPIRY = 'notes-expiry'

function notes.shelf(space)
  return base .. 'notes:' .. space
end

function notes.keys(space)
  return base .. 'notes-keys:' .. space
end

-- The text of a note that has not expired.
function notes.live(space, key, at)
  local text = redis.call('HGET', notes.shelf(space), key)
  local expires = text and tonumber(string.match(text, '^(%d*)\n'))
  if text and (not expires or expires > at) then
    return text
  end
end

function notes.body(text)
  return text and string.sub(text, string.find(text, '\n', 1, true) + 1)
end

function notes.write(space, key, body, expires)
  local member = space .. '\0' .. key
  redis.call('HSET', notes.shelf(space), key, (expires and int(expires) or '') .. '\n' .. body)
  redis.call('ZADD', notes.keys(space), 0, key)
  if expires then
    redis.call('ZADD', base .. EXPIRY, int(expires), member)
  else
    redis.call('ZREM', base .. EXPIRY, member)
  end
end

function notes.remove(space, key)
  redis.call('HDEL', notes.shelf(space), key)
  redis.call('ZREM', notes.keys(space), key)
  redis.call('ZREM', base .. EXPIRY, space .. '\0' .. key)
end

-- Remove up to `limit` that have expired; how many there were.
function notes.sweep(at, limit)
  local over = redis.call('ZRANGEBYSCORE', base .. EXPIRY, '-inf', int(at), 'LIMIT', 0, limit)
  for _, member in ipairs(over) do
    local first = string.find(member, '\0', 1, true)
    notes.remove(string.sub(member, 1, first - 1), string.sub(member, first + 1))
  end
  return #over
end
