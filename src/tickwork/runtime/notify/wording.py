"""What a notice says: by default plain text, or what a channel's own template makes of it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec

from tickwork.core.channels import Channel, Template, Words
from tickwork.core.clock import Instant, iso
from tickwork.core.ids import derived_run
from tickwork.core.notices import Delivery, Notice
from tickwork.core.rules import Occasion

_LISTED: Final = 20
"""So many of a digest's notices are told in full."""
_LONGEST: Final = 200_000
_MOMENT: Final = re.compile(r"\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z")


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What goes out: to people as subject and text, to programs as `type` and `data`."""

    id: str
    """The same for the same content: who gets it twice can tell."""
    at: Instant
    type: str
    subject: str
    text: str
    data: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "type": self.type,
            "timestamp": iso(self.at),
            "data": {**self.data, "subject": self.subject, "text": self.text},
        }


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a run beside its notice, read when it is told."""

    log: str = ""
    """Its last lines; of an output notice all of it, as far as it fits."""
    error: str = ""
    """The exception, or why it could not be launched."""


def single(channel: Channel, delivery: Delivery, evidence: Evidence, *, url: str) -> Message:
    """One notice. `url`: of the pages, "" where they are not served."""
    notice = delivery.notice
    facts = {**_facts(notice, url), "log": evidence.log, "error": evidence.error}
    return _message(channel, notice.occasion, delivery.id, notice.at, facts, _text(notice, evidence, url))


def digest(channel: Channel, deliveries: Sequence[Delivery], *, url: str, now: Instant) -> Message:
    """Many notices as one."""
    notices = [one.notice for one in deliveries]
    counts = Counter((notice.occasion, notice.job or notice.pool) for notice in notices)
    facts = {
        "title": f"{len(notices)} notices",
        "count": len(notices),
        "counts": [{"occasion": occasion, "about": about, "count": n} for (occasion, about), n in counts.most_common()],
        "notices": [_facts(notice, url) for notice in notices[:_LISTED]],
    }
    identity = derived_run(notices[0].at, "digest", *(one.id for one in deliveries))
    return _message(channel, Words.DIGEST, identity, now, facts, _digest_text(notices, url))


def test_message(channel: Channel, *, now: Instant, url: str) -> Message:
    """What `tickwork notify test` sends."""
    text = f"This is a test of channel {channel.name}. Notices of Tickwork arrive here." + (
        f"\n\n{url}/ui/" if url else ""
    )
    return Message(
        id=derived_run(now, "test", channel.name),
        at=now,
        type="test",
        subject=f"[tickwork] test of channel {channel.name}",
        text=text,
        data={"channel": channel.name},
    )


def _message(
    channel: Channel, kind: Occasion | Words, identity: str, at: Instant, facts: Mapping[str, Any], text: str
) -> Message:
    subject = f"[tickwork] {facts['title']}"
    template = channel.templates.get(kind)
    if template is not None:
        subject, text = _own_words(template, facts, subject, text)
    data = dict(facts)
    return Message(id=identity, at=at, type=str(kind), subject=" ".join(subject.split()), text=text, data=data)


def _own_words(template: Template, facts: Mapping[str, Any], subject: str, text: str) -> tuple[str, str]:
    """A template that fails says so below the usual words: what it was about is not lost."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=False)
    known = {**facts, "subject": subject, "text": text}
    try:
        own = [environment.from_string(part).render(known)[:_LONGEST] for part in (template.subject, template.text)]
    except Exception as error:  # noqa: BLE001 (whatever a person's template raises)
        return subject, f"{text}\n\n(The channel's own template failed: {type(error).__name__}: {error})"
    return own[0] or subject, own[1] or text


def _facts(notice: Notice, url: str) -> dict[str, Any]:
    return {
        "occasion": str(notice.occasion),
        "at": iso(notice.at),
        "title": notice.title,
        "sentence": notice.sentence,
        "job": notice.job,
        "project": notice.project,
        "pool": notice.pool,
        "run": notice.run,
        "manual": notice.manual,
        "killed": notice.killed,
        "attempts": notice.attempts,
        "url": _page(notice, url),
    }


def _digest_text(notices: Sequence[Notice], url: str) -> str:
    """How often each thing happened; then the first of them one by one."""
    counts = Counter(notice.title for notice in notices)
    kinds = [f"{count} × {title}" for title, count in counts.most_common(_LISTED)]
    told = [line for notice in notices[:_LISTED] for line in (f"- {_readable(notice.sentence)}", _where(notice, url))]
    lines = [
        f"{len(notices)} notices, of {_moment(notices[0].at)} to {_moment(notices[-1].at)}:",
        "",
        *kinds,
        *_rest(len(counts), "kinds"),
        "",
        *(line for line in told if line),
        *_rest(len(notices), "notices"),
        *(["", f"{url}/ui/"] if url else []),
    ]
    return "\n".join(lines) + "\n"


def _rest(number: int, of: str) -> list[str]:
    return [f"… and {number - _LISTED} more {of}"] if number > _LISTED else []


def _where(notice: Notice, url: str) -> str:
    """Where there is more of it; "": nowhere."""
    if notice.run is None and notice.job is None:
        return ""
    return f"  {_page(notice, url) or f'tickwork show {notice.run or notice.job}'}"


def _text(notice: Notice, evidence: Evidence, url: str) -> str:
    if notice.occasion is Occasion.OUTPUT:
        return evidence.log + (f"\n-- \n{_page(notice, url)}\n" if url else "")
    said = {
        "job": notice.job,
        "project": notice.project,
        "run": notice.run,
        "started": "by hand" if notice.manual else None,
        "attempts": notice.attempts if notice.attempts > 1 else None,
        "killed": "yes" if notice.killed else None,
        "page": _page(notice, url),
    }
    head = [_readable(notice.sentence), "", *(f"{name + ':':10}{value}" for name, value in said.items() if value)]
    error = ["", "Error:", evidence.error] if evidence.error and evidence.error not in notice.sentence else []
    log = ["", "The last lines of its log:", evidence.log] if evidence.log else []
    return "\n".join([*head, *error, *log]).rstrip() + "\n"


def _readable(sentence: str) -> str:
    """With its moments as people write them, to the second."""
    return _MOMENT.sub(r"\1 \2 UTC", sentence)


def _moment(instant: Instant) -> str:
    return _readable(iso(instant) or "")


def _page(notice: Notice, url: str) -> str | None:
    if not url:
        return None
    if notice.run is not None:
        return f"{url}/ui/runs/{notice.run}"
    return f"{url}/ui/jobs/{quote(notice.job, safe='')}" if notice.job is not None else f"{url}/ui/"
