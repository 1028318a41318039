-- What jset, jsetnx and jwhen have in common.

-- As many digits as the JSON that shows it has.
local function shown(number)
  return tonumber(string.format('%.14g', number))
end

local function optional_number(text, what)
  return text and text ~= '' and shown(plain.number(text, what)) or nil
end

local function positive(number, what)
  if number and not (number > 0 and number < 1e12) then
    refuse('ERR', what .. ' must be more than 0: ' .. tostring(number))
  end
  return number
end

local function refuse_foreign(id)
  local text = field_of(door .. 'jobs', id)
  local fields = text and documents.read(text)
  if fields and fields.owner ~= '' then
    refuse('CONFLICT', 'job ' .. id .. ' was made by board ' .. fields.owner .. '; change it there')
  end
end

local function keep_job(view, now, verb)
  refuse_foreign(view.id)
  redis.call('HSETNX', door .. 'jobs:runners', view.runner, '')
  local old, revision = plain.view(view.id, now)
  if old and old.interval then
    plain.tick(old, revision, now, 'the job was changed') -- an edit never fires retroactively
  end
  plain.schedule(view, now, plain.write(view, now, verb))
  return 1
end

local function set_job(args, verb)
  local now = plain.now(args[1])
  local start = optional_number(args[6], 'start')
  for i, what in ipairs({ 'id', 'runner', 'payload' }) do
    plain.require_text(args[i + 1], what)
  end
  return keep_job({
    id = args[2], runner = args[3], payload = args[4],
    interval = positive(shown(plain.number(args[5], 'interval')), 'interval'),
    start = start and start >= 0 and start or shown(now / 1e6),
    stop = optional_number(args[7], 'stop'),
    lambda = positive(optional_number(args[8], 'lambda'), 'lambda'),
    step = positive(optional_number(args[9], 'step'), 'step'),
  }, now, verb)
end
