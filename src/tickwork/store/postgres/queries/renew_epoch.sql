WITH renewed AS (
    UPDATE tickwork.meta SET value = %(epoch)b WHERE key = 'epoch'
)
-- No fence of before fits a run any more; a session that holds such a run learns at its next beat that it is lost.
UPDATE tickwork.run SET epoch = '' WHERE session IS NOT NULL
