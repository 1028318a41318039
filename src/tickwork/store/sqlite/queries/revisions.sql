SELECT kind, id, revision, body, project, name, owner, changed, actor_kind, actor_name
FROM document
WHERE kind = ?1 AND id = ?2
ORDER BY revision
