-- hello: what every new connection of ours says first.
-- args: id of the server's life; id of the life we saw last, or false; the highest count of writes that we saw in it;
--   an epoch in case that a new one is needed; at; whether the server writes each command to its disk
-- returns: {epoch, how many writes the server lost, 1 if its life is new to the store}
--
-- A life that ends takes what was not on the disk with it. What was given out in that tail must not be given out
-- again: fences jump ahead in every new life. A client that saw more writes than the life left behind proves that
-- there was a tail, and the epoch is renewed: no claim from before counts any more.

local JUMP = 1000000000

local function begin_life(life)
  local last = redis.call('HGET', base .. 'meta', 'life')
  if last == life then
    return 0
  end
  if last then
    redis.call('HSET', base .. 'lives', last, int(counter('writes')))
  end
  redis.call('HSET', base .. 'meta', 'life', life)
  take('fence', JUMP)
  return last and 1 or 0
end

local function claim_version()
  if tonumber(redis.call('HGET', base .. 'meta', 'oldest') or 0) < OLDEST then
    redis.call('HSET', base .. 'meta', 'oldest', OLDEST)
  end
end

function writes.hello(args)
  claim_version()
  local life, last_life, seen, fresh, at = unpack(args)
  if redis.call('HSETNX', base .. 'meta', 'epoch', fresh) == 1 then
    indexing.finish() -- there is nothing in it yet
  end
  local new = begin_life(life)
  local left = last_life and last_life ~= life and redis.call('HGET', base .. 'lives', last_life)
  local lost = left and math.max(0, seen - tonumber(left)) or 0
  if lost > 0 then
    epochs.renew(fresh, at, 'the server lost at least ' .. int(lost) .. ' writes')
    redis.call('HSET', base .. 'lives', last_life, int(seen)) -- told once
    redis.call('RPUSH', base .. 'losses', cmsgpack.pack({ at, lost }))
  end
  return { current_epoch(), lost, new }
end
