-- A record is JSON that begins with its level.
WITH gone AS (
    DELETE FROM tickwork.log
    USING json_to_recordset(%(before)b) AS old (level text, until bigint)
    WHERE log.run = ANY (%(runs)b::text[])
      AND log.stream = 'record'
      AND log.at < old.until
      AND substring(log.data FOR length(old.level) + 11) = convert_to('{"level":"' || old.level || '"', 'UTF8')
    RETURNING 1
)
SELECT count(*) FROM gone
