SELECT source, target, reason, held, terminal FROM tickwork.transition
