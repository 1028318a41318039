SELECT true FROM tickwork.run
WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND ready_at > created AND ready_at <= %(at)b
LIMIT 1
