-- forget: delete runs that have ended and have no event in the outbox, with all that stands beside them.
-- args: ids
-- returns: how many went
function writes.forget(args)
  local ids, gone = args[1], 0
  runs.load(ids)
  for _, id in ipairs(ids) do
    local run = records[id]
    if run and TERMINAL[run[F.state]] and not redis.call('ZSCORE', base .. 'outbox', id) then
      history.forget(run)
      records[id] = false
      gone = gone + 1
    end
  end
  return gone
end
