-- When interval jobs of plain clients are due: the same bands of constant interval as in core/timing/stream.py.
-- A test compares the two.

local FOREVER = 400 * 365 * 86400 * 1e6

local function half_even(number)
  local whole = math.floor(number)
  local rest = number - whole
  return (rest > 0.5 or (rest == 0.5 and whole % 2 == 1)) and whole + 1 or whole
end

local function decayed(length, factor, power)
  if power * math.log(factor) > math.log(FOREVER / length) then
    return FOREVER
  end
  return math.max(math.min(length, 1e6), half_even(length * factor ^ power))
end

-- The band that `reached(band, next band)` says is the one, walking from the start.
local function band_where(view, is_before)
  local length = plain.micros(view.interval)
  local band = { age = 0, number = 0, length = length }
  local factor, step = view.lambda or 1, view.step and plain.micros(view.step)
  while factor ~= 1 and step do
    local power = math.floor(band.age / step)
    band.length = decayed(length, factor, power)
    if band.length >= FOREVER or (factor < 1 and band.length == math.min(length, 1e6)) then
      break
    end
    local slots = -math.floor((band.age - (power + 1) * step) / band.length)
    local following = { age = band.age + slots * band.length, number = band.number + slots }
    if not is_before(following) then
      break
    end
    band = following
  end
  return band
end

-- How many slots, from number 0 on, are at or before the moment.
local function slots_until(view, moment)
  local age = moment - plain.micros(view.start)
  if view.stop then
    age = math.min(age, plain.micros(view.stop) - plain.micros(view.start))
  end
  if age < 0 then
    return 0
  end
  local band = band_where(view, function(following) return following.age <= age end)
  return band.number + math.floor((age - band.age) / band.length) + 1
end

local function slot_of(view, number)
  local band = band_where(view, function(following) return following.number <= number end)
  return plain.micros(view.start) + band.age + (number - band.number) * band.length
end

-- The first slot after the moment, or false.
function plain.following(view, moment)
  local slot = slot_of(view, slots_until(view, moment))
  return (not view.stop or slot <= plain.micros(view.stop)) and slot
end

-- The slots in (after, moment]: how many, the first, the last but one, the last.
function plain.between(view, after, moment)
  local low, high = slots_until(view, after), slots_until(view, moment)
  if high <= low then
    return 0
  end
  return high - low, slot_of(view, low), slot_of(view, math.max(low, high - 2)), slot_of(view, high - 1)
end
