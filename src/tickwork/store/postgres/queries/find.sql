SELECT kind, id, revision, body, document.project, document.name, document.owner, changed, actor_kind, actor_name
FROM tickwork.current JOIN tickwork.document USING (kind, id, revision)
WHERE kind = %(kind)b AND id > %(after)b
  AND (%(deleted)b OR NOT current.deleted)
  AND (%(project)b::text IS NULL OR current.project = %(project)b)
  AND (%(name)b::text IS NULL OR current.name = %(name)b)
  AND (%(owner)b::text IS NULL OR current.owner = %(owner)b)
ORDER BY id
LIMIT %(limit)b
