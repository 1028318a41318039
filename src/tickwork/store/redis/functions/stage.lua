-- stage: lay a part of a large save aside. It is forgotten if the save is not sealed soon.
-- args: token of the save; number of the part; blob: packed texts, first the packed arguments of `put`, then its blobs
function writes.stage(args, blobs)
  parts.stage(args[1], args[2], blobs[2])
  return 0
end
