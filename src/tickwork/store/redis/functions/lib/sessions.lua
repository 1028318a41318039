-- Sessions of workers: a hash each; `sessions` has the open ones by their opening, `sessions:ended` the others.

local sessions = {}

local function session_key(id)
  return base .. 'session:' .. id
end

-- Is it open, and of this epoch? One that was opened before the server lost writes is lost too.
function sessions.is_open(id)
  local opened, ended, of_epoch = unpack(redis.call('HMGET', session_key(id), 'opened', 'ended', 'epoch'))
  return opened and not ended and of_epoch == current_epoch()
end

function sessions.finish(id, at)
  redis.call('HSET', session_key(id), 'ended', int(at))
  drop(base .. 'sessions', id)
  put(base .. 'sessions:ended', id, at)
end

-- Its runs, by id.
function sessions.held(id)
  local ids = redis.call('SMEMBERS', base .. 'held:' .. id)
  table.sort(ids)
  runs.load(ids)
  return ids
end
