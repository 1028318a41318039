-- enqueue: bear runs outside any schedule.
-- args: children {run, overlap, blob or false}; at; actor {kind, name} or false; verb
-- returns: as births.bear does
function writes.enqueue(args, blobs)
  local children, at, actor, verb = unpack(args)
  births.read(children)
  births.check(children)
  local born = births.bear(children, blobs, at, true)
  for i, child in ipairs(actor and children or {}) do
    local run = child[1]
    if born[i] == BORN or not born[i][4] then
      audit({
        at = at, by_kind = actor[1], by_name = actor[2], verb = verb, kind = 'run', id = run[F.id],
        revision = run[F.revision], note = run[F.job],
      })
    end
  end
  return born
end
