-- record: append to the audit what changed no document.
-- args: entries {verb, kind, id, note or false}; actor {kind, name}; at
function writes.record(args)
  local by, at = args[2], args[3]
  for _, entry in ipairs(args[1]) do
    local verb, kind, id, note = unpack(entry)
    audit({ at = at, by_kind = by[1], by_name = by[2], verb = verb, kind = kind, id = id, note = note })
  end
  return 1
end
