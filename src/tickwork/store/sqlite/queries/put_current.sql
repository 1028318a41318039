SELECT document.revision, body, document.project, document.name, document.owner
FROM current JOIN document USING (kind, id, revision)
WHERE kind = ?1 AND id = ?2
