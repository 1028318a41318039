SELECT kind, id, revision, body, document.project, document.name, document.owner, changed, actor_kind, actor_name
FROM tickwork.said JOIN tickwork.current USING (kind, id) JOIN tickwork.document USING (kind, id, revision)
WHERE said.kind = %(kind)b AND said.member = %(what)b AND said.id > %(after)b
ORDER BY said.id
LIMIT %(limit)b
