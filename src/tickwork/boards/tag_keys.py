"""The key that says by which words a job is found."""

from typing import Any

from tickwork.boards.kinds import Key, OneOrMany, keys
from tickwork.boards.scalars import Text
from tickwork.boards.source import Place
from tickwork.core.tags import MOST, each_once, wrong_tag

_WORDS = OneOrMany(kind=Text(form="a word like nightly", check=wrong_tag))


class Tags:
    """A word, or a list of them; said twice is said once."""

    def read(self, value: Any, place: Place) -> tuple[str, ...]:
        return each_once(_WORDS.read(value, place))

    def write(self, value: tuple[str, ...]) -> Any:
        return list(value)

    def schema(self) -> dict[str, Any]:
        one, many = _WORDS.schema()["anyOf"]
        return {"anyOf": [one, {**many, "maxItems": MOST, "uniqueItems": True}]}


TAGS = keys(
    Key(
        name="tags",
        kind=Tags(),
        doc="Words to find it by, like nightly; those of defaults and of its task are added. They change nothing "
        "about its runs: what a worker must have is said by labels.",
    )
)
