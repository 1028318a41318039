-- What becomes of a claim when its holder lets go.

local claims = {}

-- Back to the queue as if it had never been claimed; a run that was asked to end, ends.
function claims.release(run, at)
  if run[F.cancel] then
    local reason, why = runs.request(run)
    runs.let_go(run, { state = 'cancelled', reason = reason, note = why, finished = at, worker = false })
  else
    runs.let_go(run, { state = 'queued', worker = false })
  end
end

function claims.attempts(id)
  local attempts = {}
  for _, value in ipairs(runs.tail(id)) do
    attempts[#attempts + 1] = type(value) == 'table' and value or nil
  end
  return attempts
end

-- Was this attempt ended by its own holder, under this fence?
function claims.reported(id, of_epoch, n, attempt)
  if of_epoch ~= current_epoch() then
    return false
  end
  for _, one in ipairs(claims.attempts(id)) do
    if one[A.n] == attempt and one[A.epoch] == of_epoch and one[A.fence] == n and one[A.reported] then
      return true
    end
  end
  return false
end
