-- Those that have all of the tags: from the entries of a rare one (one with a thousand is as good as any) to the documents.
WITH wanted AS MATERIALIZED (
    SELECT tag, (
        SELECT count(*) FROM (
            SELECT FROM tickwork.tagged WHERE tagged.kind = %(kind)b AND tagged.tag = said.tag LIMIT 1000
        ) AS counted
    ) AS many
    FROM unnest(%(tags)b::text[]) AS said (tag)
)
SELECT kind, id, revision, body, document.project, document.name, document.owner, changed, actor_kind, actor_name
FROM tickwork.tagged JOIN tickwork.current USING (kind, id) JOIN tickwork.document USING (kind, id, revision)
WHERE tagged.kind = %(kind)b AND tagged.tag = (SELECT tag FROM wanted ORDER BY many LIMIT 1) AND tagged.id > %(after)b
  AND NOT EXISTS (
      SELECT FROM wanted
      WHERE NOT EXISTS (
          SELECT FROM tickwork.tagged AS has
          WHERE has.kind = tagged.kind AND has.tag = wanted.tag AND has.id = tagged.id
      )
  )
  AND (%(project)b::text IS NULL OR current.project = %(project)b)
  AND (%(name)b::text IS NULL OR current.name = %(name)b)
  AND (%(owner)b::text IS NULL OR current.owner = %(owner)b)
ORDER BY tagged.id
LIMIT %(limit)b
