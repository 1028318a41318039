SELECT kind, id, revision, body, document.project, document.name, document.owner, changed, actor_kind, actor_name
FROM tickwork.current JOIN tickwork.document USING (kind, id, revision)
WHERE kind = %(kind)b AND id = ANY (%(ids)b::text[]) AND NOT deleted
