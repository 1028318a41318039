SELECT 1 FROM attempt WHERE run = ?1 AND epoch = ?2 AND fence = ?3 AND n = ?4 AND reported
