INSERT INTO note (space, key, body, expires) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO UPDATE SET body = excluded.body, expires = excluded.expires
