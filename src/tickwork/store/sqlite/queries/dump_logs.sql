SELECT run, attempt, seq, at, stream, data, rowid FROM log WHERE rowid > ?1 ORDER BY rowid LIMIT ?2
