-- finish: the end of attempts, for claims that still hold their run.
-- args: finishes {run, epoch, fence, state, reason, wait, ready_at, note, attempt, exit code, finished,
--   blob of the attempt, blob of the result or false, blob of the error or false}
-- returns: the numbers of those that are lost

-- A run with a cancel request does not go on: where it would, it ends as the request says.
local function changes_of(run, one)
  local state, finished = one[4], one[11]
  local changes = {
    state = state, reason = one[5], wait = one[6], ready_at = one[7] or run[F.ready_at], note = one[8],
    exit_code = one[10], finished = TERMINAL[state] and finished,
  }
  if run[F.cancel] and not TERMINAL[state] then
    local reason, why = runs.request(run)
    changes.state, changes.reason, changes.wait = 'cancelled', reason, false
    changes.note, changes.finished = why, finished
  end
  return changes
end

local function keep_end(run, one, blobs)
  runs.append(run, blobs[one[12]])
  if TERMINAL[run[F.state]] then
    if one[13] then
      runs.keep_result(run, blobs[one[13]])
    end
    if one[14] then
      keep(base .. 'error:' .. one[1], blobs[one[14]])
    end
  end
end

local function is_repeat(one, done)
  return done[one[1]] == one[3] or claims.reported(one[1], one[2], one[3], one[9])
end

function writes.finish(args, blobs)
  local finishes, lost, ids, done = args[1], {}, {}, {}
  for i, one in ipairs(finishes) do
    ids[i] = one[1]
  end
  runs.load(ids)
  for i, one in ipairs(finishes) do
    local run = records[one[1]]
    if runs.holds(run, one[2], one[3]) then
      runs.let_go(run, changes_of(run, one))
      keep_end(run, one, blobs)
      done[one[1]] = one[3]
    elseif not is_repeat(one, done) then
      lost[#lost + 1] = i
    end
  end
  return lost
end
