-- Where there is one already: unconditionally, or (`new`) only if it has expired.
INSERT INTO tickwork.note (space, key, body, expires)
VALUES (%(space)b, %(key)b, %(body)b, %(expires)b)
ON CONFLICT (space, key) DO UPDATE SET body = excluded.body, expires = excluded.expires
WHERE NOT %(new)b OR note.expires <= %(at)b
