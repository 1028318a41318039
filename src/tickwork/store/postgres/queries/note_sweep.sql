DELETE FROM tickwork.note
WHERE ctid = ANY (ARRAY (
    SELECT ctid FROM tickwork.note WHERE expires <= %(at)b ORDER BY expires LIMIT %(limit)b FOR UPDATE SKIP LOCKED
))
