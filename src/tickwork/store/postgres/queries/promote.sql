UPDATE tickwork.run SET state = 'queued', wait = NULL WHERE id = ANY (%(runs)b::text[]) AND wait IS NOT NULL
