-- log_sizes: how much is kept of the logs of runs.
-- args: ids
-- returns: for each run the bytes (of the packed chunks)
function reads.log_sizes(args)
  local sizes = {}
  runs.load(args[1])
  for i, id in ipairs(args[1]) do
    sizes[i] = 0
    for attempt = 1, records[id] and records[id][F.attempt] + 1 or 0 do
      for _, packed in ipairs(redis.call('ZRANGE', logs.key(id, attempt), 0, -1)) do
        sizes[i] = sizes[i] + #packed
      end
    end
  end
  return sizes
end
