-- held_by: what a session holds, by id.
-- args: session
-- returns: packed runs
function reads.held_by(args)
  local packed = {}
  for _, id in ipairs(sessions.held(args[1])) do
    packed[#packed + 1] = cmsgpack.pack(records[id])
  end
  return packed
end
