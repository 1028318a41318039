SELECT kind, id, revision, body, project, name, owner, changed, actor_kind, actor_name
FROM tickwork.document
WHERE kind = %(kind)b AND id = %(id)b AND revision = %(revision)b
