-- jwhen: create a job that runs whenever all of its dependencies have succeeded (again).
-- call: jwhen 3 jobs jobs:schedule jobs:runners now id runner payload dependency…
-- returns: 1
function commands.jwhen(keys, args)
  plain.enter(keys[1], 'jobs')
  require_whole()
  local now = plain.now(args[1])
  for i, what in ipairs({ 'id', 'runner', 'payload', 'dependency' }) do
    plain.require_text(args[i + 1], what)
  end
  local view = { id = args[2], runner = args[3], payload = args[4], when = {} }
  for i = 5, #args do
    plain.require_text(args[i], 'dependency')
    view.when[#view.when + 1] = args[i]
  end
  keep_job(view, now, 'jwhen')
  for _, dependency in ipairs(view.when) do
    put(base .. 'when:' .. dependency, view.id, 0)
    put(base .. 'whens', dependency, 0)
  end
  return 1
end
