SELECT document.id, document.revision, document.body
FROM json_to_recordset(%(definitions)b) AS asked (job text, revision bigint)
JOIN tickwork.document
  ON document.kind = 'job' AND document.id = asked.job AND document.revision = asked.revision
