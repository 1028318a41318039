-- fire: move cursors and write their runs and gaps, each schedule's only if its row is still the expected one.
-- args: fires {schedule, expected version, cursor, due, children, gaps}; at; expected switch version or false
-- returns: for each fire its born runs (as births.bear does), or 0 where nothing was written
function writes.fire(args, blobs)
  require_whole()
  local fires, at, switches = unpack(args)
  local stale = switches and switches ~= counter('switch')
  firing.load(stale and {} or fires)
  for _, fire in ipairs(stale and {} or fires) do
    births.check(fire[5])
  end
  local outcomes = {}
  for i, fire in ipairs(fires) do
    outcomes[i] = not stale and firing.one(fire, blobs, at) or 0
  end
  return outcomes
end
