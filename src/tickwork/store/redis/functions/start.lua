-- start: claimed → running, for claims that still hold their run.
-- args: starts {run, epoch, fence, at}
-- returns: the numbers of those that are lost
function writes.start(args)
  local starts, lost, ids = args[1], {}, {}
  for i, one in ipairs(starts) do
    ids[i] = one[1]
  end
  runs.load(ids)
  for i, one in ipairs(starts) do
    local run = records[one[1]]
    if not runs.holds(run, one[2], one[3]) then
      lost[#lost + 1] = i
    elseif run[F.state] == 'claimed' then
      runs.move(run, { state = 'running', attempt = run[F.attempt] + 1, started = one[4] })
    end
  end
  return lost
end
