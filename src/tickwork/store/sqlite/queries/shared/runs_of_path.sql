-- SQLite sees before it looks at any row that the other ways are not asked for.
SELECT * FROM (
    SELECT * FROM run_row WHERE :way = 'all'
    UNION ALL
    SELECT * FROM run_row WHERE :way = 'job' AND job = :job
    UNION ALL
    SELECT * FROM run_row WHERE :way = 'group' AND "group" = :group
    UNION ALL
    SELECT * FROM run_row WHERE :way = 'wait' AND wait = :wait
    UNION ALL
    SELECT * FROM run_row
    WHERE :way = 'outcome' AND finished IS NOT NULL AND project = :project AND state = :state
    UNION ALL
    SELECT * FROM run_row
    WHERE :way = 'reason' AND reason IS NOT NULL AND project = :project AND state = :state AND reason = :reason
    UNION ALL
    SELECT * FROM run_row WHERE :way = 'amiss' AND reason IS NOT NULL AND job = :job AND state = :state
    UNION ALL
    SELECT * FROM run_row
    WHERE :way = 'live' AND id IN (
        SELECT id FROM run INDEXED BY run_busy WHERE finished IS NULL AND wait IS NULL
        UNION ALL
        SELECT id FROM run INDEXED BY run_waiting WHERE wait IS NOT NULL
    )
)
WHERE id > :low AND id < :high
  AND (:projects IS NULL OR project IN (SELECT value FROM json_each(:projects)))
  AND (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))
  AND (:job IS NULL OR job = :job)
  AND (:wait IS NULL OR wait = :wait)
  AND (:group IS NULL OR "group" = :group)
  AND (:origin IS NULL OR origin = :origin)
  AND (:schedule IS NULL OR schedule = :schedule)
  AND (:since IS NULL OR created >= :since)
  AND (:until IS NULL OR created < :until)
