-- tally: how many ended in each stretch of ids.
-- args: stretches {lowest id, the one behind}; states
-- returns: for each stretch the number in each state
function reads.tally(args)
  local stretches, states = unpack(args)
  local found = {}
  for i, stretch in ipairs(stretches) do
    local low, high = unpack(stretch)
    found[i] = {}
    for j, state in ipairs(states) do
      found[i][j] = redis.call('ZLEXCOUNT', ended_key(state), '[' .. low, '(' .. high)
    end
  end
  return found
end
