-- open_session: write a session unless it is there already.
-- args: id; opened; blob of what never changes; beat; seen; ended or false
function writes.open_session(args, blobs)
  local id, worker, opened, blob, beat, seen, ended = unpack(args)
  local key = session_key(id)
  if redis.call('EXISTS', key) == 1 then
    return 0
  end
  redis.call('HSET', key, 'worker', worker, 'opened', int(opened), 'record', blobs[blob], 'beat', int(beat),
    'seen', int(seen), 'epoch', current_epoch())
  if ended then
    sessions.finish(id, ended)
  else
    put(base .. 'sessions', id, opened)
  end
  return 1
end
