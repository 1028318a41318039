SELECT seq, at, actor_kind, actor_name, verb, kind, id, revision, note
FROM audit
WHERE kind = ?1 AND id = ?2 AND seq < ?3
ORDER BY seq DESC
LIMIT ?4
