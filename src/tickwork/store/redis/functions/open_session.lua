-- open_session: write a session; one that is open already gets to say anew what its worker has.
-- args: id; worker; opened; blob of what never changes; beat; seen; ended or false; blob of its labels and tasks
function writes.open_session(args, blobs)
  local id, worker, opened, blob, beat, seen, ended, has = unpack(args)
  local key = session_key(id)
  if redis.call('EXISTS', key) == 1 then
    if redis.call('HEXISTS', key, 'ended') == 0 then
      redis.call('HSET', key, 'has', blobs[has])
    end
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
