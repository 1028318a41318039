-- drop: take notes away.
-- args: space; keys; at
-- returns: for each 1 if it was there, else 0
function writes.drop(args)
  local gone = {}
  for i, key in ipairs(args[2]) do
    gone[i] = notes.live(args[1], key, args[3]) and 1 or 0
    notes.remove(args[1], key)
  end
  return gone
end
