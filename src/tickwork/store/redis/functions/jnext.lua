-- jnext: when is a job due next? What is due by now and was not ticked is passed over.
-- call: jnext 2 jobs jobs:schedule now id
-- returns: seconds; -1 (and the job is removed) if its stop is past; nil if there is no such interval job
function commands.jnext(keys, args)
  plain.enter(keys[1], 'jobs')
  local now, id = plain.now(args[1]), args[2]
  local view, revision = plain.view(id, now)
  if not view or not view.interval then
    return nil
  end
  local row = timetable.find(id .. '#main')
  if row and row[T.due] and row[T.due] > now then
    return row[T.due] / 1e6
  end
  plain.tick(view, revision, now, 'passed over by jnext')
  if plain.expire(view, now) then
    return -1
  end
  row = timetable.find(id .. '#main')
  return row and row[T.due] and row[T.due] / 1e6 or -1
end
