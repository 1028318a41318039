SELECT kind, id, revision, body, project, name, owner, changed, actor_kind, actor_name, rowid
FROM document WHERE rowid > ?1 ORDER BY rowid LIMIT ?2
