-- get_runs: those of these runs that there are.
-- args: ids
-- returns: packed runs
function reads.get_runs(args)
  local packed = {}
  for _, run in pairs(runs.load(args[1])) do
    if run then
      packed[#packed + 1] = cmsgpack.pack(run)
    end
  end
  return packed
end
