-- What follows from a success: jobs of `jwhen` run when all of their dependencies have succeeded since their last run.

-- Notes one success; returns whether it was the last that was missing.
local function is_complete(view, dependency)
  local key, wanted = base .. 'met:' .. view.id, false
  for _, one in ipairs(view.when) do
    wanted = wanted or one == dependency
  end
  if not wanted then
    return false -- it was changed and does not wait for this one any more
  end
  redis.call('SADD', key, dependency)
  for _, one in ipairs(view.when) do
    if redis.call('SISMEMBER', key, one) == 0 then
      return false
    end
  end
  redis.call('DEL', key)
  return true
end

local function follow(dependency, at)
  for _, id in ipairs(redis.call('ZRANGE', base .. 'when:' .. dependency, 0, -1)) do
    local view, revision = plain.view(id, at)
    if view and view.when and is_complete(view, dependency) then
      local children = { { plain.new_run(view, revision, 'after', at), 'skip', false } }
      births.read(children)
      births.check(children)
      births.bear(children, {}, at, true)
    end
  end
end

-- Write everything, then what follows from it.
local function follow_up()
  flush()
  if next(succeeded) and redis.call('EXISTS', base .. 'whens') == 1 then
    local now = succeeded
    succeeded = {}
    for job, at in pairs(now) do
      follow(job, at)
    end
    flush()
  end
end
