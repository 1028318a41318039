SELECT kind, id, revision, body, current.project, current.name, current.owner, changed, actor_kind, actor_name
FROM said CROSS JOIN current USING (kind, id) JOIN document USING (kind, id, revision)
WHERE said.kind = ?1 AND said.member = ?2 AND said.id > ?3
ORDER BY said.id
LIMIT ?4
