-- What every verb stands on: keys, refusals, numbers, and writes that wait for the end of the verb.
-- Redis does not roll a function back. A verb therefore checks everything first and writes last; what it
-- changes in between stands in the tables below, and `flush` writes it with few, wide commands.

local SLICE = 500 -- members in one command: more would overflow Lua's stack

local door -- the prefix before `jobs`, `jobs:schedule`, …
local base -- the prefix of everything else
local epoch -- of fences, as far as this call has read it
local wakes, pending, records, dirty, timetables, counts, afterwards
local succeeded -- jobs of which a run succeeded in this call, and when

local function forget()
  wakes, pending, records, dirty, timetables, counts, afterwards = {}, {}, {}, {}, {}, {}, {}
  epoch, succeeded = nil, {}
end

-- Stops the verb; the caller gets `kind` as an error of ours.
local function refuse(kind, message)
  error({ refused = kind .. ' ' .. message })
end

-- Numbers as text: Lua's own would write 1.764e+15.
local function int(number)
  return string.format('%.0f', number)
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

local GONE = 'gone' -- put and dropped again in this call

local function members_of(key)
  local members = pending[key]
  if not members then
    members = {}
    pending[key] = members
  end
  return members
end

local function put(key, member, score)
  local members = members_of(key)
  if score == 0 and members[member] == false then
    members[member] = nil -- it is there already
  else
    members[member] = score
  end
end

local function drop(key, member)
  local members = members_of(key)
  local known = members[member]
  members[member] = known and GONE or false
end

local function in_slices(command, key, arguments, width)
  for first = 1, #arguments, width do
    redis.call(command, key, unpack(arguments, first, math.min(first + width - 1, #arguments)))
  end
end

local function flush_sets()
  for key, members in pairs(pending) do
    local added, removed = {}, {}
    for member, score in pairs(members) do
      if score and score ~= GONE then
        added[#added + 1] = score
        added[#added + 1] = member
      else
        removed[#removed + 1] = member
      end
    end
    in_slices('ZREM', key, removed, SLICE)
    in_slices('ZADD', key, added, 2 * SLICE)
  end
  pending = {}
end

-- what is carried out at the very end, in order
local function later(...)
  afterwards[#afterwards + 1] = { ... }
end
