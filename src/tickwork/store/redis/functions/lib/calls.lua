-- How a verb is called: arguments in, one reply or one refusal out, everything written at once.

local writes, reads, commands = {}, {}, {}

local function enter(prefix)
  door, base = prefix, prefix .. 'tickwork:'
  forget()
  require_served()
end

-- A refusal, and whatever went wrong in Redis itself, as an error reply.
local function guarded(step, ...)
  local ok, reply = pcall(step, ...)
  if ok then
    return reply
  end
  local message = type(reply) == 'table' and (reply.refused or reply.err) or tostring(reply)
  return redis.error_reply(string.find(message, '^%u+ ') and message or ('ERR ' .. message))
end

-- Hint to the other processes; returns the topics, for the one that called.
local function publish(origin)
  local topics = {}
  for topic in pairs(wakes) do
    topics[#topics + 1] = topic
  end
  local words = table.concat(topics, ' ')
  if words ~= '' then
    redis.call('PUBLISH', base .. 'wake', origin .. ' ' .. words)
  end
  return words
end

-- Carry `verb` out once for a token: the same call made again (its reply was lost) gets the first one's reply.
local function once(token, verb, ...)
  local key = token and (base .. 'reply:' .. token)
  local known = key and redis.call('GET', key)
  if known then
    return cmsgpack.unpack(known)[1]
  end
  local reply = verb(...)
  follow_up()
  if key then
    redis.call('SET', key, cmsgpack.pack({ reply }), 'EX', 300)
  end
  return reply
end

-- keys: prefix, the calling store, token of the call (optional); args: packed arguments, then blobs that they name by
-- number. Replies: the store's count of writes (who sees it go back knows that the server lost some), the verb's own
-- reply, and the topics that it wakes.
local function writing(verb)
  return function(keys, args)
    return guarded(function()
      enter(keys[1])
      local reply = once(keys[3], verb, cmsgpack.unpack(args[1]), args)
      return { take('writes'), reply, publish(keys[2]) }
    end)
  end
end

local function reading(verb)
  return function(keys, args)
    return guarded(function()
      enter(keys[1])
      return verb(cmsgpack.unpack(args[1]))
    end)
  end
end

-- What plain clients call: keys and arguments as they write them.
local function serving(command)
  return function(keys, args)
    return guarded(function()
      local reply = command(keys, args)
      follow_up()
      publish('')
      take('writes')
      return reply
    end)
  end
end
