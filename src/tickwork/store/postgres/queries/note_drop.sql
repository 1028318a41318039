DELETE FROM tickwork.note
WHERE space = %(space)b AND key = ANY (%(keys)b::text[]) AND (expires IS NULL OR expires > %(at)b)
RETURNING key
