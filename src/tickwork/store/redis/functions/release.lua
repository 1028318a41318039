-- release: claimed → queued, as if never claimed.
-- args: claims {run, epoch, fence}; at
-- returns: the numbers of those that are lost
function writes.release(args)
  local lost, at, ids = {}, args[2], {}
  for i, one in ipairs(args[1]) do
    ids[i] = one[1]
  end
  runs.load(ids)
  for i, one in ipairs(args[1]) do
    local run = records[one[1]]
    if runs.holds(run, one[2], one[3]) and run[F.state] == 'claimed' then
      claims.release(run, at)
    else
      lost[#lost + 1] = i
    end
  end
  return lost
end
