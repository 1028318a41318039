SELECT seq, at, stream, data FROM tickwork.log
WHERE run = %(run)b
  AND attempt = coalesce(%(attempt)b::bigint, (SELECT max(attempt) FROM tickwork.log WHERE run = %(run)b))
  AND seq > %(after)b
ORDER BY seq
LIMIT %(limit)b
