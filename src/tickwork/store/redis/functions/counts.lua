-- counts: how many runs stand in each state.
-- args: project or false
-- returns: {state, number, state, number …}; a state may come several times
function reads.counts(args)
  local project, found = args[1], {}
  local all = redis.call('HGETALL', base .. 'counts')
  for i = 1, #all, 2 do
    local state, of = string.match(all[i], '^(%S+) (.*)$')
    if not project or of == project then
      found[#found + 1], found[#found + 2] = state, all[i + 1]
    end
  end
  return found
end
