-- run: one run with what stands beside it.
-- args: id
-- returns: {packed run or nil, params, result, error, pins (each or nil)}
function reads.run(args)
  local run = runs.get(args[1])
  return { run and cmsgpack.pack(run), unpack(runs.beside(args[1])) }
end
