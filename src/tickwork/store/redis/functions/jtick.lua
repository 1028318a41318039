-- jtick: push what is due into the queues. Jobs of other runners, and jobs with cron times, are left to whoever
-- serves them.
-- call: jtick N jobs jobs:schedule queue… now
-- returns: how many were pushed

local STEP = 1000

local function runners_of(keys)
  local wanted = {}
  for i = 3, #keys do
    wanted[string.match(keys[i], 'jobs:queue:(.+)$') or keys[i]] = true
  end
  return wanted
end

function commands.jtick(keys, args)
  plain.enter(keys[1], 'jobs')
  require_whole()
  local now, wanted, pushed, first = plain.now(args[1]), runners_of(keys), 0, 0
  door_sweep(now)
  while true do
    local due = redis.call('ZRANGEBYSCORE', door .. 'jobs:schedule', '-inf', now / 1e6, 'LIMIT', first, STEP)
    for _, id in ipairs(due) do
      local view, revision = plain.view(id, now)
      if view and wanted[view.runner] then
        if plain.tick(view, revision, now) == 'queued' then
          pushed = pushed + 1
        end
        plain.expire(view, now)
      end
    end
    if #due < STEP then
      return pushed
    end
    first = first + STEP -- what was pushed leaves the range only with the flush
  end
end
