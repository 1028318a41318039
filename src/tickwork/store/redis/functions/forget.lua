-- forget: delete runs that have ended and have no event in the outbox, with all that stands beside them.
-- args: ids; at; actor {kind, name} or false
-- returns: how many went
function writes.forget(args)
  local ids, at, actor = unpack(args)
  local gone = 0
  runs.load(ids)
  for _, id in ipairs(ids) do
    local run = records[id]
    if run and TERMINAL[run[F.state]] and not redis.call('ZSCORE', base .. 'outbox', id) then
      history.forget(run)
      records[id] = false
      gone = gone + 1
      if actor then
        audit({ at = at, by_kind = actor[1], by_name = actor[2], verb = 'delete', kind = 'run', id = id })
      end
    end
  end
  return gone
end
