-- revisions: all revisions of a document, oldest first.
-- args: kind; id
-- returns: their texts
function reads.revisions(args)
  require_whole()
  local kind, id = unpack(args)
  local texts = {}
  for revision = 1, documents.current(kind, id).revision do
    texts[#texts + 1] = documents.revision(kind, id, revision)
  end
  return texts
end
