-- index: enter what an earlier version has left into the indexes that it did not keep.
-- args: kind, or false at the end of the last one; after; how many documents
-- returns: the id to go on behind, or false
function writes.index(args)
  require_whole()
  local kind, after, n = unpack(args)
  if kind then
    return indexing.step(kind, after, n)
  end
  indexing.finish()
  return false
end
