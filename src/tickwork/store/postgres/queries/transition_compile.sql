SELECT tickwork.compile_transitions()
