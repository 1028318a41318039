-- jcount: how much there is of everything.
-- call: jcount N jobs jobs:schedule jobs:runners queue…
-- returns: JSON {"jobs","scheduled","runners","queued":{queue: n}}
function commands.jcount(keys)
  plain.enter(keys[1], 'jobs')
  local queued = {}
  for i = 4, #keys do
    queued[#queued + 1] = cjson.encode(keys[i]) .. ':' .. redis.call('LLEN', keys[i])
  end
  return '{"jobs":' .. redis.call('HLEN', door .. 'jobs')
    .. ',"scheduled":' .. redis.call('ZCARD', door .. 'jobs:schedule')
    .. ',"runners":' .. redis.call('HLEN', door .. 'jobs:runners') .. ',"queued":{' .. table.concat(queued, ',') .. '}}'
end
