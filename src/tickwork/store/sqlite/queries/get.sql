SELECT kind, id, revision, body, document.project, document.name, document.owner, changed, actor_kind, actor_name
FROM current JOIN document USING (kind, id, revision)
WHERE kind = ?1 AND id = ?2 AND NOT deleted
