-- jregister: say which command serves a runner. From now on Tickwork's workers run its jobs.
-- call: jregister 1 jobs:runners runner command
-- returns: 1 if the runner is new, else 0
function commands.jregister(keys, args)
  plain.enter(keys[1], 'jobs:runners')
  require_whole()
  local runner, command, now = args[1], args[2], plain.now()
  plain.require_text(runner, 'runner')
  plain.require_text(command, 'command')
  if command == '' then
    refuse('ERR', 'command is empty; name the program that runs jobs of ' .. runner)
  end
  local new = redis.call('HSETNX', door .. 'jobs:runners', runner, command)
  plain.register(runner, command, now)
  for _, id in ipairs(redis.call('ZRANGE', base .. 'foreign:' .. runner, 0, -1)) do
    local view = plain.view(id, now)
    if view and view.runner == runner then
      local rows = timetable.rows(id)
      local revision = plain.write(view, now, 'jregister')
      for _, row in ipairs(rows) do
        timetable.set(id, {
          schedule = row[T.schedule], project = row[T.project], revision = revision, cursor = row[T.cursor],
          due = row[T.due],
        })
      end
    end
    drop(base .. 'foreign:' .. runner, id)
  end
  return new
end
