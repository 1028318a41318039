-- What every verb stands on: keys, refusals, numbers, and writes that wait for the end of the verb.
-- Redis does not roll a function back. A verb therefore checks everything first and writes last; what it
-- changes in between stands in the tables below, and `flush` writes it with few, wide commands.

local SLICE = 500 -- members in one command: more would overflow Lua's stack

local door -- the prefix before `jobs`, `jobs:schedule`, …
local base -- the prefix of everything else
local epoch -- of fences, as far as this call has read it
local names -- of keys, by kind and member: a call uses the same ones again and again
local wakes, pending, memberships, texts, records, tails, dirty, packed, timetables, counts, announced, afterwards
local hashes -- their fields, as far as this call has read or changed them
local quotes -- JSON of texts, as far as this call has made it
local owners -- jobs of schedules, as far as this call has looked them up
local unsaved -- jobs whose rows of the timetable this call has changed: in order, and by name
local rested -- names of rows of which nothing was due when this call read them, by job
local succeeded -- jobs of which a run succeeded in this call, and when
local alone -- jobs that had no run that was not over when this call looked, by name

local function forget()
  names, wakes, pending, memberships, texts, records, tails = {}, {}, {}, {}, {}, {}, {}
  dirty, packed, timetables, counts, announced, afterwards = {}, {}, {}, {}, {}, {}
  epoch, succeeded, hashes, unsaved, quotes, owners, alone, rested = nil, {}, {}, {}, {}, {}, {}, {}
end

-- Stops the verb; the caller gets `kind` as an error of ours.
local function refuse(kind, message)
  error({ refused = kind .. ' ' .. message })
end

-- A newer Tickwork may have changed what stands here so that this one would break it. Functions it replaces; scripts
-- stay in the server's memory, and find out here.
local function require_served()
  local oldest = redis.call('HGET', base .. 'meta', 'oldest')
  if oldest and tonumber(oldest) > VERSION then
    refuse('TOO_NEW', 'the store is of a newer Tickwork; upgrade this installation')
  end
end

-- Numbers as text: Lua's own would write 1.764e+15.
local function int(number)
  return string.format('%.0f', number)
end

-- The key `<kind>:<member>`.
local function named(kind, member)
  local known = names[kind]
  if not known then
    known = {}
    names[kind] = known
  end
  local key = known[member]
  if not key then
    key = base .. kind .. ':' .. member
    known[member] = key
  end
  return key
end

-- JSON of a text: projects, owners and people are always the same few.
local function quoted(text)
  local known = quotes[text]
  if not known then
    known = cjson.encode(text)
    quotes[text] = known
  end
  return known
end

local function optional(number)
  return number and int(number) or ''
end

local function wake(topic)
  wakes[topic] = true
end

-- Take `n` numbers of a counter that only goes up; returns the first.
local function take(counter, n)
  return redis.call('HINCRBY', base .. 'counter', counter, n or 1) - (n or 1) + 1
end

local function counter(name)
  return tonumber(redis.call('HGET', base .. 'counter', name) or 0)
end

local function current_epoch()
  epoch = epoch or redis.call('HGET', base .. 'meta', 'epoch')
  return epoch
end

-- sorted sets ---------------------------------------------------------------------------------------------

-- What is put, dropped, joined and left is written by `flush`; the last word on a member counts.

-- A key's only member stands with its value in a pair: most keys have one. More are a list of members, in the order in
-- which they came (nearly that of the sets: so they are written faster), with their values by name.
local function note(all, key, member, value)
  local members = all[key]
  if not members then
    all[key] = { member, value }
    return
  end
  if not members.values then
    if members[1] == member then
      members[2] = value
      return
    end
    members = { members[1], n = 1, values = { [members[1]] = members[2] } }
    all[key] = members
  end
  if members.values[member] == nil then
    members.n = members.n + 1
    members[members.n] = member
  end
  members.values[member] = value
end

-- What is noted of a key's members, by name.
local function noted(all, key)
  local members = all[key]
  return members and (members.values or { [members[1]] = members[2] }) or {}
end

local function put(key, member, score)
  note(pending, key, member, score)
end

local function drop(key, member)
  note(pending, key, member, false)
end

-- The same for sets, which are cheaper where no order is asked for.
local function join(key, member)
  note(memberships, key, member, true)
end

local function leave(key, member)
  note(memberships, key, member, false)
end

local function in_slices(command, key, arguments, width)
  for first = 1, #arguments, width do
    redis.call(command, key, unpack(arguments, first, math.min(first + width - 1, #arguments)))
  end
end

local function written(score)
  return score == 0 and '0' or score -- formatting a number is dear
end

local function flush_scores(key, members)
  local added, removed = {}, {}
  for _, member in ipairs(members) do
    local score = members.values[member]
    if score then
      added[#added + 1] = written(score)
      added[#added + 1] = member
    else
      removed[#removed + 1] = member
    end
  end
  in_slices('ZREM', key, removed, SLICE)
  in_slices('ZADD', key, added, 2 * SLICE)
end

local function flush_memberships(key, members)
  local joined, left = {}, {}
  for _, member in ipairs(members) do
    local list = members.values[member] and joined or left
    list[#list + 1] = member
  end
  in_slices('SREM', key, left, SLICE)
  in_slices('SADD', key, joined, SLICE)
end

local function flush_sets()
  for key, members in pairs(pending) do
    if members.values then
      flush_scores(key, members)
    elseif members[2] then
      redis.call('ZADD', key, written(members[2]), members[1])
    else
      redis.call('ZREM', key, members[1])
    end
  end
  for key, members in pairs(memberships) do
    if members.values then
      flush_memberships(key, members)
    else
      redis.call(members[2] and 'SADD' or 'SREM', key, members[1])
    end
  end
  pending, memberships, alone = {}, {}, {}
end

-- The members of a set as this call leaves it, in order.
local function members_of(key)
  local changes, members = noted(memberships, key), {}
  for _, member in ipairs(redis.call('SMEMBERS', key)) do
    if changes[member] == nil then
      members[#members + 1] = member
    end
  end
  for member, belongs in pairs(changes) do
    if belongs then
      members[#members + 1] = member
    end
  end
  table.sort(members)
  return members
end

-- fields of hashes ------------------------------------------------------------------------------------------

local function hash(key)
  local known = hashes[key]
  if not known then
    known = { values = {}, changed = {}, is_changed = {} }
    hashes[key] = known
  end
  return known
end

-- The field as this call leaves it; false for none.
local function field_of(key, name)
  local values = hash(key).values
  if values[name] == nil then
    values[name] = redis.call('HGET', key, name)
  end
  return values[name]
end

-- Read many fields at once, for `field_of` to find.
local function read_fields(key, wanted)
  local values, missing = hash(key).values, {}
  for _, name in ipairs(wanted) do
    if values[name] == nil then
      values[name] = false
      missing[#missing + 1] = name
    end
  end
  if #missing == 0 or redis.call('EXISTS', key) == 0 then
    return values
  end
  for first = 1, #missing, SLICE do
    local last = math.min(first + SLICE - 1, #missing)
    for i, value in ipairs(redis.call('HMGET', key, unpack(missing, first, last))) do
      values[missing[first + i - 1]] = value
    end
  end
  return values
end

-- Write a text, or with false delete the field; `flush` does it.
local function set_field(key, name, value)
  local known = hash(key)
  known.values[name] = value
  if not known.is_changed[name] then
    known.is_changed[name] = true
    known.changed[#known.changed + 1] = name
  end
end

local function flush_fields()
  for key, known in pairs(hashes) do
    local written, gone = {}, {}
    for _, name in ipairs(known.changed) do
      local value = known.values[name]
      if value then
        written[#written + 1] = name
        written[#written + 1] = value
      else
        gone[#gone + 1] = name
      end
    end
    in_slices('HDEL', key, gone, SLICE)
    in_slices('HSET', key, written, 2 * SLICE)
    if #known.changed > 0 then
      known.changed, known.is_changed = {}, {}
    end
  end
end

-- whole texts -----------------------------------------------------------------------------------------------

local function keep(key, text)
  texts[#texts + 1] = key
  texts[#texts + 1] = text
end

local function flush_texts()
  for first = 1, #texts, 2 * SLICE do
    redis.call('MSET', unpack(texts, first, math.min(first + 2 * SLICE - 1, #texts)))
  end
  texts = {}
end

-- what is carried out at the very end, in order
local function later(...)
  afterwards[#afterwards + 1] = { ... }
end
