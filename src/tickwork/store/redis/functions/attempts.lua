-- attempts: ended attempts of a run, oldest first.
-- args: run
-- returns: packed attempts
function reads.attempts(args)
  local packed = {}
  for i, one in ipairs(claims.attempts(args[1])) do
    packed[i] = cmsgpack.pack(one)
  end
  return packed
end
