-- close_session: let go of what it has not begun; end it if it then holds nothing.
-- args: session; at
function writes.close_session(args)
  local id, at = unpack(args)
  local left = 0
  for _, run in ipairs(sessions.held(id)) do
    if records[run][F.state] == 'claimed' then
      claims.release(records[run], at)
    else
      left = left + 1
    end
  end
  local opened, ended = unpack(redis.call('HMGET', session_key(id), 'opened', 'ended'))
  if left == 0 and opened and not ended then
    sessions.finish(id, at)
  end
  return left
end
