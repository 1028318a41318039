-- Runs: one text each. It begins with the packed record, whose layout is F. Behind it stand, packed too, the attempts
-- that ended (arrays, oldest first) and a small result (a string): a key of its own would cost more than it holds.

local runs = {}
local SMALL = 200 -- bytes
local HEAD = 3 -- bytes with which the packed array of a record begins

function runs.key(id)
  return base .. 'run:' .. id
end

local function parted(past, ...)
  return { ... }, past
end

-- A record, and where in the text it ends (-1: there is nothing behind it). Unpacked as many values at once: as one array
-- it would grow, and be moved, with every power of two.
function runs.read(text)
  return parted(cmsgpack.unpack_limit(text, WIDTH, HEAD))
end

local function read(id, text)
  local record, past = runs.read(text)
  if past >= 0 then
    tails[id] = string.sub(text, past + 1)
  end
  return record
end

-- The records of `ids` by id; those that are not there are left out.
function runs.load(ids)
  local wanted = {}
  for _, id in ipairs(ids) do
    if records[id] == nil then
      records[id] = false
      wanted[#wanted + 1] = id
    end
  end
  for first = 1, #wanted, SLICE do
    local names = {}
    for i = first, math.min(first + SLICE - 1, #wanted) do
      names[#names + 1] = runs.key(wanted[i])
    end
    for i, packed in ipairs(redis.call('MGET', unpack(names))) do
      local id = wanted[first + i - 1]
      records[id] = packed and read(id, packed)
    end
  end
  return records
end

function runs.get(id)
  if records[id] == nil then
    runs.load({ id })
  end
  return records[id]
end

-- What stands behind the record.
function runs.tail(id)
  runs.load({ id })
  return tails[id] and { cmsgpack.unpack(tails[id]) } or {}
end

-- The record has changed.
function runs.touch(run)
  local id = run[F.id]
  dirty[id], packed[id] = run, nil
end

-- `text` is the record, packed, as it is now.
function runs.know_packed(run, text)
  packed[run[F.id]] = text
end

function runs.append(run, text)
  local id = run[F.id]
  tails[id] = (tails[id] or '') .. text
  dirty[id] = run
end

function runs.keep_result(run, text)
  if #text <= SMALL then
    runs.append(run, cmsgpack.pack(text))
  else
    keep(base .. 'result:' .. run[F.id], text)
  end
end

-- Parameters, result, error and pins, each or false.
function runs.beside(id)
  local params, result, error_, pins = unpack(redis.call('MGET', base .. 'params:' .. id, base .. 'result:' .. id,
    base .. 'error:' .. id, base .. 'pins:' .. id))
  for _, value in ipairs(runs.tail(id)) do
    result = type(value) == 'string' and value or result
  end
  return { params, result, error_, pins }
end
