SELECT run, attempt, seq, at, stream, data FROM tickwork.log
WHERE (run, attempt, seq) > (%(run)b, %(attempt)b, %(seq)b)
ORDER BY run, attempt, seq
LIMIT %(limit)b
