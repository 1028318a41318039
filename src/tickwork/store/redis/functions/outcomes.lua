-- outcomes: the projects and states in which runs have ended.
-- returns: project and state alternating
function reads.outcomes()
  local found = {}
  local all = redis.call('HGETALL', base .. 'counts')
  for i = 1, #all, 2 do
    local state, project = string.match(all[i], '^(%S+) (.*)$')
    if TERMINAL[state] and tonumber(all[i + 1]) > 0 then
      found[#found + 1], found[#found + 2] = project, state
    end
  end
  return found
end
