SELECT n FROM tickwork.counter WHERE name = 'switch'
