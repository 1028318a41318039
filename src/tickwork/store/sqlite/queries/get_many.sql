-- CROSS JOIN: from what is wanted to its rows, never the other way round.
SELECT kind, id, revision, body, document.project, document.name, document.owner, changed, actor_kind, actor_name
FROM (SELECT value FROM json_each(?2)) AS wanted CROSS JOIN current JOIN document USING (kind, id, revision)
WHERE kind = ?1 AND id = wanted.value AND NOT deleted
