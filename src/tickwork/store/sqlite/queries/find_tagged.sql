-- Those that have all of the tags ?7: from the entries of a rare one (one with a thousand is as good as any) to the
-- documents.
WITH wanted AS MATERIALIZED (
    SELECT value AS tag, (
        SELECT count(*) FROM (SELECT 1 FROM tagged WHERE tagged.kind = ?1 AND tagged.tag = value LIMIT 1000)
    ) AS many
    FROM json_each(?7)
)
SELECT kind, id, revision, body, current.project, current.name, current.owner, changed, actor_kind, actor_name
FROM tagged CROSS JOIN current USING (kind, id) JOIN document USING (kind, id, revision)
WHERE tagged.kind = ?1 AND tagged.tag = (SELECT tag FROM wanted ORDER BY many LIMIT 1) AND tagged.id > ?5
  AND NOT EXISTS (
      SELECT 1 FROM wanted
      WHERE NOT EXISTS (SELECT 1 FROM tagged AS has WHERE has.kind = ?1 AND has.tag = wanted.tag AND has.id = tagged.id)
  )
  AND (?2 IS NULL OR current.project = ?2)
  AND (?3 IS NULL OR current.name = ?3)
  AND (?4 IS NULL OR current.owner = ?4)
ORDER BY tagged.id
LIMIT ?6
