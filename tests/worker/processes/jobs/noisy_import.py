"""Says something while it is imported."""

print("imported")


def nothing():
    pass
