-- `claim_pick` and `claim` in one round trip, where no limit has to be looked at between them.
WITH holder AS MATERIALIZED (
    SELECT id, worker FROM tickwork.session WHERE id = %(session)b AND ended IS NULL FOR KEY SHARE
),
taken AS MATERIALIZED (
    SELECT head.id
    FROM holder CROSS JOIN unnest(%(pools)b::text[]) AS lane (pool)
    CROSS JOIN LATERAL (
        WITH RECURSIVE level (priority) AS (
            (
                SELECT priority FROM tickwork.run
                WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND pool = lane.pool
                ORDER BY priority DESC LIMIT 1
            )
            UNION ALL
            SELECT (
                SELECT priority FROM tickwork.run
                WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND pool = lane.pool
                  AND run.priority < level.priority
                ORDER BY priority DESC LIMIT 1
            )
            FROM level
            WHERE level.priority IS NOT NULL
        )
        SELECT queued.priority, queued.ready_at, queued.id
        FROM level CROSS JOIN LATERAL (
            SELECT priority, ready_at, id FROM tickwork.run
            WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND pool = lane.pool
              AND run.priority = level.priority AND ready_at <= %(at)b
            ORDER BY ready_at, id
            LIMIT %(n)b
            FOR UPDATE SKIP LOCKED
        ) AS queued
        LIMIT %(n)b
    ) AS head
    ORDER BY head.priority DESC, head.ready_at, head.id
    LIMIT %(n)b
)
UPDATE tickwork.run SET
    state = 'claimed',
    session = holder.id,
    worker = holder.worker,
    epoch = meta.value,
    fence = nextval('tickwork.fence_number')
FROM taken CROSS JOIN holder CROSS JOIN (SELECT value FROM tickwork.meta WHERE key = 'epoch') AS meta
WHERE run.id = taken.id
RETURNING tickwork.value(run.*), (SELECT params FROM tickwork.input WHERE input.run = run.id),
          (SELECT pins FROM tickwork.pin WHERE pin.run = run.id)
