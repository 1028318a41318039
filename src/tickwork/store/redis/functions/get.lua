-- get: the texts of documents: of the given revisions, else current ones.
-- args: kind; ids; revision or false
-- returns: for each id its text or nil
function reads.get(args)
  require_whole()
  local kind, ids, revision = unpack(args)
  if revision then
    return { documents.revision(kind, ids[1], revision) }
  end
  local found, texts = read_fields(documents.shelf(kind), ids), {}
  for i, id in ipairs(ids) do
    texts[i] = found[id]
  end
  return texts
end
