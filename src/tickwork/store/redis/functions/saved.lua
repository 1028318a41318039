-- saved: the revisions that a large save has written.
-- args: token of the save; how many parts
-- returns: for each part its packed revisions
function reads.saved(args)
  local revisions = {}
  for number = 1, args[2] do
    revisions[number] = redis.call('HGET', outcome_key(args[1]), number)
  end
  return revisions
end
