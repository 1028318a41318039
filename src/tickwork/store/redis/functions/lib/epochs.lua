-- The epoch of fences.

local epochs = {}

-- From now on no claim of before can write. Sessions of before are told that they are lost; the reaper settles them.
function epochs.renew(fresh, at, note)
  redis.call('HSET', base .. 'meta', 'epoch', fresh)
  epoch = fresh
  audit({
    at = at, by_kind = 'system', by_name = 'tickwork', verb = 'renew_epoch', kind = 'store', id = fresh, note = note,
  })
  wake('orders')
end
