-- append_log: keep chunks of attempts, for claims that still hold their run, or that ended this attempt themselves.
-- args: writes {run, attempt, epoch, fence, chunks {seq, blob}, first and end of what is dropped or false}
-- returns: the numbers of those that are lost
function writes.append_log(args, blobs)
  local lost = {}
  for i, one in ipairs(args[1]) do
    local id, attempt, of_epoch, n, chunks, first, past = unpack(one)
    if runs.holds(runs.get(id), of_epoch, n) or claims.reported(id, of_epoch, n, attempt) then
      logs.write(id, attempt, chunks, blobs, first, past)
    else
      lost[#lost + 1] = i
    end
  end
  return lost
end
