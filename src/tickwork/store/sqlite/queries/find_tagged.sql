-- Those that have the tag ?7, and all the others of the list ?8: from the one's entries to the documents.
SELECT kind, id, revision, body, current.project, current.name, current.owner, changed, actor_kind, actor_name
FROM tagged CROSS JOIN current USING (kind, id) JOIN document USING (kind, id, revision)
WHERE tagged.kind = ?1 AND tagged.tag = ?7 AND tagged.id > ?5
  AND NOT EXISTS (
      SELECT 1 FROM json_each(?8) AS other
      WHERE NOT EXISTS (SELECT 1 FROM tagged AS has WHERE has.kind = ?1 AND has.tag = other.value AND has.id = tagged.id)
  )
  AND (?2 IS NULL OR current.project = ?2)
  AND (?3 IS NULL OR current.name = ?3)
  AND (?4 IS NULL OR current.owner = ?4)
ORDER BY tagged.id
LIMIT ?6
