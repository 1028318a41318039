SELECT run_row.*, input.params, result.result, result.error, run.exclusive, pin.pins, run.id
FROM run JOIN run_row USING (id) LEFT JOIN input ON input.run = run.id LEFT JOIN result ON result.run = run.id
    LEFT JOIN pin ON pin.run = run.id
WHERE run.id > ?1 ORDER BY run.id LIMIT ?2
