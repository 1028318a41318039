-- The claim is still held, or its holder itself ended this attempt (the last lines may come after the end).
SELECT 1 FROM run WHERE id = ?1 AND epoch = ?2 AND fence = ?3
UNION ALL
SELECT 1 FROM attempt WHERE run = ?1 AND epoch = ?2 AND fence = ?3 AND n = ?4 AND reported
LIMIT 1
