-- step: carry out the next step of the large save that is under way, if there is one.
-- args: token of the save that the caller waits for, or false
-- returns: 'under way', 'done' or 'lost' (the server knows nothing of it); raises what the save was refused with
function writes.step(args)
  parts.step()
  local token = args[1]
  local outcome = token and parts.outcome(token)
  if outcome and outcome ~= '' then
    error({ refused = outcome })
  end
  return outcome and 'done' or (token and parts.saving() ~= token) and 'lost' or 'under way'
end
