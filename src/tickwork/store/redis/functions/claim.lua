-- claim: give a session up to n queued runs that are ready: higher priority first, then earlier, then by id.
-- args: session; pools (lanes); n; at; token of the call; limits of pools {key, most}
-- returns: {packed runs, their params or nil, number of each one's definition, definitions, their pins or nil}

-- Each pool once. Who serves the pool `default` also serves those of plain clients' runners that have a command now.
local function pools_of(pools)
  local all, seen = {}, {}
  local function add(pool)
    if not seen[pool] then
      seen[pool] = true
      all[#all + 1] = pool
    end
  end
  for _, pool in ipairs(pools) do
    add(pool)
  end
  if seen.default then
    local runners = redis.call('HGETALL', door .. 'jobs:runners')
    for i = 1, #runners, 2 do
      if runners[i + 1] ~= '' then
        add('runner:' .. runners[i])
      end
    end
  end
  return all
end

-- A run from before its runner had a command stays for plain clients.
local function is_theirs(pool, id)
  local runner = string.match(pool, '^runner:(.*)$')
  local run = runner and runs.get(id)
  local text = run and documents.definition(run[F.job], run[F.revision])
  return text and string.find(text, '"program":' .. cjson.encode(runner), 1, true)
end

-- {priority = {pools}}, and the priorities from high to low.
local function levels_of(pools)
  local levels, priorities = {}, {}
  for _, pool in ipairs(pools) do
    for _, priority in ipairs(redis.call('ZRANGE', named('priorities', pool), 0, -1)) do
      if not levels[priority] then
        levels[priority] = {}
        priorities[#priorities + 1] = priority
      end
      table.insert(levels[priority], pool)
    end
  end
  table.sort(priorities, function(a, b) return tonumber(a) > tonumber(b) end)
  return levels, priorities
end

-- {id, ready_at, pool} of the first `left` ready runs of a pool at a priority. Forgets the level when it is empty.
local function ready(pool, priority, at, left)
  if left <= 0 then
    return {}
  end
  local key = queue_key(pool, priority)
  local found = redis.call('ZRANGEBYSCORE', key, '-inf', at, 'WITHSCORES', 'LIMIT', 0, left)
  if #found == 0 and redis.call('EXISTS', key) == 0 then
    drop(named('priorities', pool), priority)
  end
  local entries = {}
  for i = 1, #found, 2 do
    if not is_theirs(pool, found[i]) then
      entries[#entries + 1] = { found[i], tonumber(found[i + 1]), pool }
    end
  end
  return entries
end

local function first_queued(pools, n, at, limits)
  local ids, room = {}, rooms.open(pools, limits)
  local levels, priorities = levels_of(pools)
  for _, priority in ipairs(priorities) do
    local entries = {}
    for _, pool in ipairs(levels[priority]) do
      for _, entry in ipairs(ready(pool, priority, at, rooms.of(room, pool, n - #ids))) do
        entries[#entries + 1] = entry
      end
    end
    if #levels[priority] > 1 then
      table.sort(entries, function(a, b)
        return a[2] < b[2] or (a[2] == b[2] and a[1] < b[1])
      end)
    end
    for _, entry in ipairs(entries) do
      if #ids < n and rooms.take(room, entry[3]) then
        ids[#ids + 1] = entry[1]
      end
    end
    if #ids == n then
      break
    end
  end
  return ids
end

local function hold(ids, session, worker)
  local fence, now = take('fence', #ids), current_epoch()
  runs.load(ids)
  for i, id in ipairs(ids) do
    runs.move(records[id], {
      state = 'claimed', session = session, worker = worker, epoch = now, fence = fence + i - 1,
    })
  end
end

local function reply_of(ids)
  local blobs, params, pins, numbers, definitions, known = {}, {}, {}, {}, {}, {}
  for i, id in ipairs(ids) do
    local run = records[id]
    local revisions = known[run[F.job]] or {}
    known[run[F.job]] = revisions
    if not revisions[run[F.revision]] then
      definitions[#definitions + 1] = documents.revision('job', run[F.job], run[F.revision])
      revisions[run[F.revision]] = #definitions
    end
    blobs[i], numbers[i] = runs.pack(run), revisions[run[F.revision]]
    params[i] = run[F.given] and redis.call('GET', base .. 'params:' .. id)
    pins[i] = run[F.pinned] and redis.call('GET', base .. 'pins:' .. id)
  end
  return { blobs, params, numbers, definitions, pins }
end

-- The runs that this very call gave out before its reply was lost, as far as they are still claimed.
local function given_before(key, token)
  local last, ids = unpack(redis.call('HMGET', key, 'claim', 'claimed'))
  if last ~= token then
    return nil
  end
  local still = {}
  runs.load(cmsgpack.unpack(ids))
  for _, id in ipairs(cmsgpack.unpack(ids)) do
    if records[id] and records[id][F.state] == 'claimed' then
      still[#still + 1] = id
    end
  end
  return still
end

function writes.claim(args)
  local session, pools, n, at, token, limits = unpack(args)
  local key = base .. 'session:' .. session
  if not sessions.is_open(session) then
    return { {}, {}, {}, {}, {} }
  end
  local ids = given_before(key, token)
  if not ids then
    ids = first_queued(pools_of(pools), n, at, limits)
    if #ids > 0 then
      hold(ids, session, redis.call('HGET', key, 'worker'))
      redis.call('HSET', key, 'claim', token, 'claimed', cmsgpack.pack(ids))
    end
  end
  return reply_of(ids)
end
