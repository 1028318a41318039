-- sessions: the open ones and those that ended since.
-- args: ended since, or false
-- returns: {records, beats, when seen, when ended or nil, load or nil, labels and tasks if said anew}
function reads.sessions(args)
  local ids = redis.call('ZRANGE', base .. 'sessions', 0, -1)
  if args[1] then
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'sessions:ended', args[1], '+inf')) do
      ids[#ids + 1] = id
    end
  end
  local records_, beats, seen, ended, load, has = {}, {}, {}, {}, {}, {}
  for i, id in ipairs(ids) do
    records_[i], beats[i], seen[i], ended[i], load[i], has[i] =
      unpack(redis.call('HMGET', session_key(id), 'record', 'beat', 'seen', 'ended', 'load', 'has'))
  end
  return { records_, beats, seen, ended, load, has }
end
