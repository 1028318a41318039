SELECT job, max(coalesce(slot, created)) FROM run WHERE id IN (SELECT value FROM json_each(?1)) GROUP BY job
