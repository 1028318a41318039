-- Runs: one packed record each; its layout is F.

local runs = {}

function runs.key(id)
  return base .. 'run:' .. id
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
      records[wanted[first + i - 1]] = packed and cmsgpack.unpack(packed)
    end
  end
  return records
end

function runs.get(id)
  return runs.load({ id })[id]
end

-- Parameters, result, error and pins, each or false.
function runs.beside(id)
  return redis.call('MGET', base .. 'params:' .. id, base .. 'result:' .. id, base .. 'error:' .. id,
    base .. 'pins:' .. id)
end
