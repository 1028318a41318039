-- Those that have the tag, and all the others: from the one's entries to the documents.
SELECT kind, id, revision, body, document.project, document.name, document.owner, changed, actor_kind, actor_name
FROM tickwork.tagged JOIN tickwork.current USING (kind, id) JOIN tickwork.document USING (kind, id, revision)
WHERE tagged.kind = %(kind)b AND tagged.tag = %(tag)b AND tagged.id > %(after)b
  AND NOT EXISTS (
      SELECT FROM unnest(%(others)b::text[]) AS other (tag)
      WHERE NOT EXISTS (
          SELECT FROM tickwork.tagged AS has
          WHERE has.kind = tagged.kind AND has.tag = other.tag AND has.id = tagged.id
      )
  )
  AND (%(project)b::text IS NULL OR current.project = %(project)b)
  AND (%(name)b::text IS NULL OR current.name = %(name)b)
  AND (%(owner)b::text IS NULL OR current.owner = %(owner)b)
ORDER BY tagged.id
LIMIT %(limit)b
