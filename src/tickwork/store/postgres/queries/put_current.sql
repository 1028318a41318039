SELECT current.kind, current.id, current.revision, body, document.project, document.name, document.owner, changed,
       actor_kind, actor_name
FROM json_to_recordset(%(keys)b) AS asked (kind text, id text)
JOIN tickwork.current ON current.kind = asked.kind AND current.id = asked.id
JOIN tickwork.document
  ON document.kind = current.kind AND document.id = current.id AND document.revision = current.revision
