-- put: write documents, their timetable rows and one audit entry each; all of it or, after a conflict, nothing.
-- args: puts {kind, id, blob of the body or false, blob of the view, project, name, owner, expected revision or false};
--   actor {kind, name}; at; verb; note or false;
--   changes {schedule, job, project, revision or false, cursor, due, expected version or false, remove};
--   fires (as `fire` takes them); blob of newcomers (lib/newcomers.lua) or false
-- returns: the new revisions, of the puts and then of the newcomers
function writes.put(args, blobs)
  require_whole()
  return saves.write(args, blobs, saves.check(args, blobs))
end
