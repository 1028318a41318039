SELECT tickwork.value(run.*), exclusive, input.params, result.result, result.error, id
FROM tickwork.run
LEFT JOIN tickwork.input ON input.run = run.id
LEFT JOIN tickwork.result ON result.run = run.id
WHERE id > %(id)b
ORDER BY id
LIMIT %(limit)b
