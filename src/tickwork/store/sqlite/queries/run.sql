SELECT run_row.*, input.params, result.result, result.error, pin.pins
FROM run_row LEFT JOIN input ON input.run = run_row.id LEFT JOIN result ON result.run = run_row.id
    LEFT JOIN pin ON pin.run = run_row.id
WHERE run_row.id = ?1
