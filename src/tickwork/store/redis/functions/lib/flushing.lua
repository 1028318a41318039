-- Writing what a verb has changed.

-- The record of a run that this call does not change any more, without its attempts.
function runs.pack(run)
  local id = run[F.id]
  packed[id] = packed[id] or cmsgpack.pack(run)
  return packed[id]
end

local function flush_records()
  for _, run in pairs(dirty) do
    local id = run[F.id]
    keep(runs.key(id), runs.pack(run) .. (tails[id] or ''))
  end
  dirty, packed = {}, {}
end

local function flush_events()
  if #announced > 0 then
    local first = take('event', #announced)
    for i, id in ipairs(announced) do
      put(base .. 'outbox', id, first + i - 1)
    end
    announced = {}
  end
end

local function flush_counts()
  for state, projects in pairs(counts) do
    for project, change in pairs(projects) do
      local field = state .. ' ' .. project
      if change ~= 0 and redis.call('HINCRBY', base .. 'counts', field, change) == 0 then
        redis.call('HDEL', base .. 'counts', field)
      end
    end
  end
  counts = {}
end

local function flush_afterwards()
  for _, command in ipairs(afterwards) do
    redis.call(unpack(command))
  end
  afterwards = {}
end

-- Write what this call has changed so far.
local function flush()
  flush_records()
  flush_texts()
  flush_events()
  timetable.flush()
  flush_fields()
  flush_sets()
  flush_counts()
  flush_afterwards()
end
