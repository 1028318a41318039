SELECT seq, at, actor_kind, actor_name, verb, kind, id, revision, note
FROM audit
WHERE seq < ?3 AND (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR id = ?2)
ORDER BY seq DESC
LIMIT ?4
