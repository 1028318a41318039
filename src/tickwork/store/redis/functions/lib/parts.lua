-- A save that is too large for one call. Its parts (arguments of `put`, each with its blobs) are staged in the hash
-- `stage:<token>` and lie there unseen. Once it is sealed it stands in the hash `saving`, and belongs to everybody:
-- step by step all parts are checked, then all are written; who needs the definitions whole carries out the next step
-- and comes again, so that a client that dies holds up nobody. A part that does not fit ends it before anything was
-- written. What came of it stands in the hash `saved:<token>` for some minutes.

local parts = {}
local STAGED, TOLD = 600, 300 -- seconds

local function stage_key(token)
  return base .. 'stage:' .. token
end

local function outcome_key(token)
  return base .. 'saved:' .. token
end

function parts.saving()
  return redis.call('HGET', base .. 'saving', 'token')
end

-- Raises while a save is under way: half of it must not be seen, nor anything come between its check and its end.
local function require_whole()
  if parts.saving() then
    refuse('SAVING', 'a large save is being carried out; call again')
  end
end

function parts.stage(token, number, part)
  redis.call('HSET', stage_key(token), number, part)
  redis.call('EXPIRE', stage_key(token), STAGED)
end

function parts.seal(token, count)
  if parts.saving() == token or redis.call('EXISTS', outcome_key(token)) == 1 then
    return -- this call is made again
  end
  require_whole()
  if redis.call('HLEN', stage_key(token)) == count then
    redis.call('PERSIST', stage_key(token))
    redis.call('HSET', base .. 'saving', 'token', token, 'count', count, 'next', 1, 'phase', 'check')
  end
end

local function close(token, outcome)
  redis.call('DEL', base .. 'saving')
  redis.call('UNLINK', stage_key(token))
  redis.call('HSET', outcome_key(token), 'outcome', outcome)
  redis.call('EXPIRE', outcome_key(token), TOLD)
end

local function check_part(token, number, args, blobs)
  local fits, found = pcall(saves.check, args, blobs)
  if not fits then
    close(token, type(found) == 'table' and (found.refused or found.err) or tostring(found))
  elseif found.new then
    redis.call('HSET', base .. 'saving', 'new:' .. number, 1)
  end
  return fits
end

local function write_part(token, number, args, blobs)
  local planned = saves.checked(args, blobs, redis.call('HEXISTS', base .. 'saving', 'new:' .. number) == 1)
  redis.call('HSET', outcome_key(token), number, cmsgpack.pack(saves.write(args, blobs, planned)))
  redis.call('HDEL', stage_key(token), number)
  flush()
end

-- Carry out the next step, if there is any.
function parts.step()
  local token, count, number, phase = unpack(redis.call('HMGET', base .. 'saving', 'token', 'count', 'next', 'phase'))
  if not token then
    return
  end
  local blobs = cmsgpack.unpack(redis.call('HGET', stage_key(token), number))
  local args, is_last = cmsgpack.unpack(blobs[1]), number == count
  if phase == 'write' then
    write_part(token, number, args, blobs)
  elseif not check_part(token, number, args, blobs) then
    return
  end
  if not is_last then
    redis.call('HINCRBY', base .. 'saving', 'next', 1)
  elseif phase == 'check' then
    redis.call('HSET', base .. 'saving', 'next', 1, 'phase', 'write')
  else
    close(token, '')
  end
end

-- What came of a save: '' for all of it, a refusal for nothing of it; false while it is under way.
function parts.outcome(token)
  return redis.call('HGET', outcome_key(token), 'outcome')
end
