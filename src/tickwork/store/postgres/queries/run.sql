SELECT tickwork.value(run.*), input.params, result.result, result.error, pin.pins
FROM tickwork.run
LEFT JOIN tickwork.input ON input.run = run.id
LEFT JOIN tickwork.result ON result.run = run.id
LEFT JOIN tickwork.pin ON pin.run = run.id
WHERE run.id = %(run)b
