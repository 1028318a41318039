SELECT run, n, epoch, fence, session, worker, started, finished, outcome, reason, exit_code, error,
       run || ' ' || printf('%020d', fence) || ' ' || epoch
FROM attempt
WHERE (run, fence, epoch) > (substr(?1, 1, instr(?1, ' ') - 1),
                             CAST(substr(?1, instr(?1, ' ') + 1, 20) AS INTEGER),
                             substr(?1, instr(?1, ' ') + 22))
ORDER BY run, fence, epoch
LIMIT ?2
