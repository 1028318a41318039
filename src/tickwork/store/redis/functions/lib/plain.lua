-- What the commands of plain clients stand on. Times of the clients are seconds, ours microseconds.

local plain = {}
local DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
local CLIENT = { kind = 'person', name = 'redis' } -- who it is does not reach us

function plain.enter(key, name)
  local prefix = string.match(key, '^(.*)' .. name)
  if not prefix then
    refuse('ERR', 'the key ' .. key .. ' is not <prefix>' .. name)
  end
  door, base = prefix, prefix .. 'tickwork:'
  forget()
  require_served()
end

function plain.number(text, what)
  local number = tonumber(text)
  if not number then
    refuse('ERR', what .. ' is not a number: ' .. tostring(text))
  end
  return number
end

function plain.micros(seconds)
  return math.floor(seconds * 1e6 + 0.5)
end

-- The client's clock where it gives one, else the server's.
function plain.now(text)
  if text then
    return plain.micros(plain.number(text, 'now'))
  end
  local now = redis.call('TIME')
  return tonumber(now[1]) * 1e6 + tonumber(now[2])
end

local function base32(number, digits)
  local out = {}
  for place = digits, 1, -1 do
    local digit = number % 32
    out[place] = string.sub(DIGITS, digit + 1, digit + 1)
    number = (number - digit) / 32
  end
  return table.concat(out)
end

-- An id that sorts by time. Its tail is a counter: a script of Redis has no randomness.
function plain.new_id(at)
  return base32(math.floor(at / 1000), 10) .. base32(take('door'), 10)
end

-- ISO-8601 in UTC: the key of an occurrence without a local time.
function plain.iso(at)
  local second = math.floor(at / 1e6)
  local days, rest = math.floor(second / 86400), second % 86400
  local era_day = days + 719468 -- days since 0000-03-01; years begin in March, so that a leap day is a year's last
  local era = math.floor(era_day / 146097)
  local day = era_day - era * 146097
  local year = math.floor((day - math.floor(day / 1460) + math.floor(day / 36524) - math.floor(day / 146096)) / 365)
  local of_year = day - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local shifted = math.floor((5 * of_year + 2) / 153)
  local month = shifted < 10 and shifted + 3 or shifted - 9
  local text = string.format('%04d-%02d-%02dT%02d:%02d:%02d', year + era * 400 + (month <= 2 and 1 or 0), month,
    of_year - math.floor((153 * shifted + 2) / 5) + 1, math.floor(rest / 3600), math.floor(rest / 60) % 60, rest % 60)
  local micros = at % 1e6
  return text .. (micros > 0 and string.format('.%06d', micros) or '') .. 'Z'
end
