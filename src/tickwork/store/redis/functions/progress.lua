-- progress: write bars of attempts, fenced as append_log.
-- args: writes {run, attempt, epoch, fence, at, bars {group as JSON, current, total, status}}
-- returns: the numbers of those that are lost

function writes.progress(args)
  local lost = {}
  for i, one in ipairs(args[1]) do
    local id, attempt, of_epoch, n, at, bars = unpack(one)
    if runs.holds(runs.get(id), of_epoch, n) or claims.reported(id, of_epoch, n, attempt) then
      for _, bar in ipairs(bars) do
        logs.write_bar(id, attempt, bar, at, at)
      end
    else
      lost[#lost + 1] = i
    end
  end
  return lost
end
