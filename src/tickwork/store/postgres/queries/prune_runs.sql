-- Ended long enough ago, followed up, and with `keep` newer runs of their job. All that stands beside them goes too.
WITH old AS MATERIALIZED (
    SELECT id FROM tickwork.run
    WHERE finished < %(before)b
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
    ORDER BY id
    LIMIT %(limit)b
    FOR UPDATE SKIP LOCKED
),
inputs AS (DELETE FROM tickwork.input USING old WHERE input.run = old.id),
pinned AS (DELETE FROM tickwork.pin USING old WHERE pin.run = old.id),
results AS (DELETE FROM tickwork.result USING old WHERE result.run = old.id),
attempts AS (DELETE FROM tickwork.attempt USING old WHERE attempt.run = old.id),
logs AS (DELETE FROM tickwork.log USING old WHERE log.run = old.id),
bars AS (DELETE FROM tickwork.progress USING old WHERE progress.run = old.id),
gone AS (DELETE FROM tickwork.run USING old WHERE run.id = old.id RETURNING run.job, coalesce(slot, created) AS slot),
noted AS (
    INSERT INTO tickwork.pruned (job, through)
    SELECT job, max(slot) FROM gone GROUP BY job ORDER BY job
    ON CONFLICT (job) DO UPDATE SET through = greatest(pruned.through, excluded.through)
)
SELECT count(*) FROM gone
