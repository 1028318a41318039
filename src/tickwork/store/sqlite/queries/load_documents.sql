INSERT INTO document (kind, id, revision, body, project, name, owner, changed, actor_kind, actor_name)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT DO NOTHING
