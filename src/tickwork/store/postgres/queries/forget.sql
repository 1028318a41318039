-- Runs that are over and followed up, with all that stands beside them.
WITH old AS MATERIALIZED (
    SELECT id FROM tickwork.run
    WHERE id = ANY (%(runs)b::text[]) AND finished IS NOT NULL AND id NOT IN (SELECT outbox.run FROM tickwork.outbox)
    ORDER BY id
    FOR UPDATE
),
inputs AS (DELETE FROM tickwork.input USING old WHERE input.run = old.id),
pinned AS (DELETE FROM tickwork.pin USING old WHERE pin.run = old.id),
results AS (DELETE FROM tickwork.result USING old WHERE result.run = old.id),
attempts AS (DELETE FROM tickwork.attempt USING old WHERE attempt.run = old.id),
logs AS (DELETE FROM tickwork.log USING old WHERE log.run = old.id),
bars AS (DELETE FROM tickwork.progress USING old WHERE progress.run = old.id),
gone AS (DELETE FROM tickwork.run USING old WHERE run.id = old.id RETURNING run.id, run.job, coalesce(slot, created) AS slot),
noted AS (
    INSERT INTO tickwork.pruned (job, through)
    SELECT job, max(slot) FROM gone GROUP BY job ORDER BY job
    ON CONFLICT (job) DO UPDATE SET through = greatest(pruned.through, excluded.through)
)
SELECT id FROM gone
