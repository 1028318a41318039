-- announce: tell those who follow.
-- args: the calling store; payloads
function writes.announce(args)
  local origin, payloads = unpack(args)
  for _, payload in ipairs(payloads) do
    redis.call('PUBLISH', base .. 'feed', origin .. ' ' .. payload)
  end
  return 0
end
