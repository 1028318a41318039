SELECT source, target, reason, held, terminal FROM transition
