WITH renewed AS (
    UPDATE tickwork.meta SET value = %(epoch)b WHERE key = 'epoch'
),
held AS MATERIALIZED (
    SELECT id FROM tickwork.run WHERE session IS NOT NULL ORDER BY id FOR UPDATE
)
-- No fence of before fits a run any more; a session that holds such a run learns at its next beat that it is lost.
UPDATE tickwork.run SET epoch = '' FROM held WHERE run.id = held.id
