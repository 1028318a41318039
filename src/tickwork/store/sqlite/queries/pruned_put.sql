INSERT INTO pruned (job, through) VALUES (?1, ?2)
ON CONFLICT DO UPDATE SET through = excluded.through
WHERE excluded.through > through
