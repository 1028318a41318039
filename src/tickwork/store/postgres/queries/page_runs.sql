SELECT tickwork.value(run.*), exclusive, input.params, result.result, result.error, pin.pins, id
FROM tickwork.run
LEFT JOIN tickwork.input ON input.run = run.id
LEFT JOIN tickwork.result ON result.run = run.id
LEFT JOIN tickwork.pin ON pin.run = run.id
WHERE id > %(id)b
ORDER BY id
LIMIT %(limit)b
