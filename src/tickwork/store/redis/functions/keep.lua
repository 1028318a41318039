-- keep: write notes, each if its condition holds.
-- args: notes {space, key, blob of the body, expires or false, new, blob of the expected body or false}; at
-- returns: for each 1 or 0
function writes.keep(args, blobs)
  local kept, at = {}, args[2]
  for i, one in ipairs(args[1]) do
    local space, key, body, expires, new, expected = unpack(one)
    local present = (new or expected) and notes.live(space, key, at)
    local fits = not (new and present) and (not expected or notes.body(present) == blobs[expected])
    if fits then
      notes.write(space, key, blobs[body], expires)
    end
    kept[i] = fits and 1 or 0
  end
  return kept
end
