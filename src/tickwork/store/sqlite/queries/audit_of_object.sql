SELECT seq, at, actor_kind, actor_name, verb, kind, id, revision, note
FROM audit
WHERE kind = ?1 AND id = ?2 AND seq < ?3
  AND (?5 IS NULL OR actor_name = ?5 OR substr(actor_name, 1, length(?5) + 1) IN (?5 || '@', ?5 || ' '))
  AND (?6 IS NULL OR verb = ?6) AND (?7 IS NULL OR at >= ?7) AND (?8 IS NULL OR at < ?8)
ORDER BY seq DESC
LIMIT ?4
