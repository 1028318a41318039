-- miss: queued → missed(no_worker).
-- args: runs; note; at
-- returns: those that were queued
function writes.miss(args)
  local ids, note, at = unpack(args)
  local missed = {}
  runs.load(ids)
  for _, id in ipairs(ids) do
    local run = records[id]
    if run and run[F.state] == 'queued' then
      runs.move(run, { state = 'missed', reason = 'no_worker', note = note, finished = at })
      runs.announce(run)
      missed[#missed + 1] = id
    end
  end
  return missed
end
