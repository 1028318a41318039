"""The keys of a request over HTTP."""

import re
from typing import Any

from tickwork.boards.kinds import Key, OneOrMany, Table, Unfit, keys
from tickwork.boards.scalars import Text, Whole
from tickwork.boards.source import Mapping, Place, described
from tickwork.core.model import Http
from tickwork.core.urls import wrong_url

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def _wrong_method(text: str) -> str | None:
    return None if text.isalpha() and text.isupper() else f"{text!r} is no method; write GET, POST, …"


class Headers:
    """Names and texts."""

    def read(self, value: Any, place: Place) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise Unfit(f"{described(value)} is not a table of headers; write Accept: text/plain")
        headers: dict[str, str] = {}
        for name, text in value.items():
            spot = place.key(value, name)
            if not _TOKEN.fullmatch(name):
                spot.report(f"{name!r} cannot be the name of a header")
            elif not isinstance(text, str) or not text.isprintable():
                spot.report(f"{described(text)} is not a line of text; quote it")
            else:
                headers[name] = text
        return headers

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": {"type": "string"}}


def _request(values: dict[str, Any]) -> Http:
    if "url" not in values:
        raise Unfit("needs the url; write {url: https://example.org/ping, method: POST}")
    return Http(**values)


_URL = Text(form="a URL: https://example.org/ping", check=wrong_url)

REQUEST = keys(
    Key(name="url", kind=_URL, doc="Where it goes: http:// or https://."),
    Key(name="method", kind=Text(form="GET, POST, …", check=_wrong_method), doc="Default: GET."),
    Key(name="headers", kind=Headers(), doc="What goes with it."),
    Key(name="body", kind=Text(form="a text", empty=True), nullable=True, doc="What is sent."),
    Key(
        name="expect",
        kind=OneOrMany(kind=Whole(minimum=100, maximum=599)),
        doc="The statuses that are a success (default: 200 … 299).",
    ),
)

HTTP = Table(
    keys=REQUEST, build=_request, short=_URL, short_key="url", form="https://example.org/ping or {url: …, method: POST}"
)
