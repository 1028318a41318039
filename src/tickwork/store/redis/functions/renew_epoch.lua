-- renew_epoch: begin a new fence epoch.
-- args: the epoch; at; note
function writes.renew_epoch(args)
  epochs.renew(args[1], args[2], args[3])
  return args[1]
end
