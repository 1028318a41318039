-- A switch that is being thrown waits for this transaction: what it was decided on stays true until the commit.
SELECT n FROM tickwork.counter WHERE name = 'switch' FOR SHARE
