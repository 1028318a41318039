INSERT INTO tickwork.migration (number, stage, name, applied) VALUES (%(number)b, %(stage)b, %(name)b, %(applied)b)
