-- publish_commands: let plain clients find their commands in the hash `commands`.
-- args: version of the library; whether to write them even if nobody has asked for them so far; {name, SHA} of each
-- returns: how many were written; 0 if those of a newer version stand there
function writes.publish_commands(args)
  local version, first, shas = unpack(args)
  local known = tonumber(redis.call('HGET', base .. 'meta', 'commands') or '0')
  if known > version or (known == 0 and not first) then
    return 0
  end
  redis.call('HSET', base .. 'meta', 'commands', int(version))
  for _, command in ipairs(shas) do
    redis.call('HSET', door .. 'commands', command[1], command[2])
  end
  return #shas
end
