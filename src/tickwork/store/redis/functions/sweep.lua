-- sweep: delete expired notes.
-- args: at; limit
-- returns: how many went
function writes.sweep(args)
  return notes.sweep(args[1], args[2])
end
