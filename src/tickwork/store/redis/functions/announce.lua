-- announce: tell those who follow.
-- args: the calling store; blobs: the payloads
function writes.announce(args, blobs)
  for i = 2, #blobs do
    redis.call('PUBLISH', base .. 'feed', args[1] .. ' ' .. blobs[i])
  end
  return 0
end
