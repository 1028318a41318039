-- Those whose current revision is a deletion too.
SELECT kind, id, revision, body, current.project, current.name, current.owner, changed, actor_kind, actor_name
FROM current JOIN document USING (kind, id, revision)
WHERE kind = ?1 AND id > ?5
  AND (?2 IS NULL OR current.project = ?2)
  AND (?3 IS NULL OR current.name = ?3)
  AND (?4 IS NULL OR current.owner = ?4)
ORDER BY id
LIMIT ?6
