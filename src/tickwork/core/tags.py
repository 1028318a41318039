"""Tags: words by which people find jobs again, `nightly` or `team/billing`. They change nothing about how a job runs;
what a worker must have to run a job are its *labels*."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

MOST: Final = 20
"""Of one job."""
_LONGEST: Final = 60
_TAG: Final = re.compile(r"[^\W_][\w.:/+-]*")


def wrong_tag(tag: str) -> str | None:
    """What is wrong with a tag: it stands in addresses and lists of words, so it has no blanks and no commas."""
    if len(tag) > _LONGEST:
        return f"{tag[:_LONGEST]!r}… is longer than {_LONGEST} characters; a tag is a word, like nightly"
    if not _TAG.fullmatch(tag):
        return f"{tag!r} cannot be a tag: it begins with a letter or digit and has only those and - _ . : / + in it"
    return None


def wrong_tags(tags: Iterable[str]) -> Iterator[str]:
    """What is wrong with the tags of a job, each of which stands there once."""
    told = list(tags)
    yield from (wrong for tag in told if (wrong := wrong_tag(tag)) is not None)
    if len(told) > MOST:
        yield f"{len(told)} are too many; a job has {MOST} at most (those of defaults and of its task are added up)"


def each_once(tags: Iterable[str]) -> tuple[str, ...]:
    """In the order in which they were said first."""
    return tuple(dict.fromkeys(tags))
