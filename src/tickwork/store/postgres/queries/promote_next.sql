SELECT least(
    (
        SELECT min(ready_at) FROM tickwork.run
        WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND ready_at > created AND ready_at > %(at)b
    ),
    (
        SELECT min(start_by) + 1 FROM tickwork.run
        WHERE finished IS NULL AND wait IS NULL AND session IS NULL
          AND start_by IS NOT NULL AND start_by >= %(at)b AND attempt = 0
    ),
    (SELECT min(ready_at) FROM tickwork.run WHERE wait = 'deferred')
)
