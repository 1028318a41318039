DELETE FROM attempt WHERE run = ?1
