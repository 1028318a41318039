-- publish_commands: let plain clients find their commands in the hash `commands`.
-- args: {name, SHA} of each
function writes.publish_commands(args)
  for _, command in ipairs(args) do
    redis.call('HSET', door .. 'commands', command[1], command[2])
  end
  return #args
end
