SELECT id FROM run WHERE id IN (SELECT value FROM json_each(?1)) AND finished IS NOT NULL AND event IS NULL
