-- Nothing waits for it, and so many newer runs of its job are there that it need not stay.
AND id NOT IN (SELECT outbox.run FROM tickwork.outbox)
AND (
    %(keep)b = 0
    OR EXISTS (
        SELECT FROM (
            SELECT FROM tickwork.run AS newer
            WHERE newer.job = run.job AND newer.id > run.id AND newer.finished IS NOT NULL
            UNION ALL
            SELECT FROM tickwork.run AS newer
            WHERE newer.job = run.job AND newer.id > run.id AND newer.finished IS NULL
        ) AS newer
        OFFSET greatest(%(keep)b - 1, 0)
    )
)
