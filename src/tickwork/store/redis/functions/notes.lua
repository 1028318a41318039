-- notes: those of a space with one of these keys.
-- args: space; keys; at
-- returns: for each key the note's text or nil
function reads.notes(args)
  local found = {}
  for i, key in ipairs(args[2]) do
    found[i] = notes.live(args[1], key, args[3]) or false -- nil would end the reply
  end
  return found
end
