-- prune_gaps: forget gaps from before an instant.
-- args: before; limit
-- returns: how many went
function writes.prune_gaps(args)
  return history.prune_gaps(args[1], args[2])
end
