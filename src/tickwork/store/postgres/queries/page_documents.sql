SELECT kind, id, revision, body, project, name, owner, changed, actor_kind, actor_name
FROM tickwork.document
WHERE (kind, id, revision) > (%(kind)b, %(id)b, %(revision)b)
ORDER BY kind, id, revision
LIMIT %(limit)b
