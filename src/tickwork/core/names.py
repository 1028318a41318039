"""What may be the name of a job, project or pool."""

_LONGEST = 200


def wrong_name(name: str) -> str | None:
    """What is wrong with it: ids are made of names (`project:job#schedule`)."""
    if len(name) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    if not name or name != name.strip() or not name.isprintable() or set(name) & set(":#/"):
        return f"{name!r} cannot be a name: no ':', '#', '/', control characters or blanks at its ends"
    return None
