"""The verbs on channels, on the rules that name them, and on what became of deliveries."""

import builtins
import re
from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from tickwork.core.channels import Apprise, Channel, Mail, Program, Webhook, Words, is_address, mail_channel
from tickwork.core.clock import DAY, Instant, later
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import lowest_id
from tickwork.core.model import Run, Scope
from tickwork.core.notices import Delivery
from tickwork.core.pacing import Held, held
from tickwork.core.rules import MAIL, Occasion, Rule
from tickwork.core.urls import wrong_url
from tickwork.errors import Conflict, InvalidDefinition, NotFound
from tickwork.operations.context import Context
from tickwork.operations.notify.levels import LEVELS, Level, level_id, read_rules
from tickwork.operations.notify.outgoing import Done, Outgoing
from tickwork.operations.notify.secrecy import read_channels, sealed_text
from tickwork.operations.notify.views import ChannelView, DeliveryView, RuleView, channel_view, done_view, waiting_view
from tickwork.operations.paging import every
from tickwork.store.protocol import Kind, Put

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
GONE: Final = "there is no such channel"
_MANY: Final = 100_000
_LONGEST_TEMPLATE: Final = 20_000
_SIGNING_BITS: Final = 160


class Notify:
    """Who is told of what, and whether they were."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._outgoing = Outgoing(store=context.store, clock=context.clock)

    async def put_channel(self, channel: Channel, *, secret: str = "") -> str | None:
        """Make a channel, or another one of its name. `secret`: of apprise its URL; of a webhook what signs (empty: a
        new one). What it holds in `sealed` is replaced by that. Returns a webhook's signing secret, the only time.

        Raises `InvalidDefinition`."""
        _check(channel)
        signing: str | None = None
        match channel.way:
            case Webhook():
                signing = secret or f"whsec_{_base64(self._context.ids.secret(_SIGNING_BITS))}"
                way = msgspec.structs.replace(channel.way, sealed=self._sealed(channel.name, signing))
                channel = msgspec.structs.replace(channel, way=way)
            case Apprise():
                if not secret:
                    raise InvalidDefinition(f"channel {channel.name}: apprise needs its URL, like ntfy://topic")
                channel = msgspec.structs.replace(channel, way=Apprise(sealed=self._sealed(channel.name, secret)))
            case _:
                pass
        await self._put(Put(kind=Kind.CHANNEL, id=channel.name, body=to_json(channel), name=channel.name))
        return signing

    async def get_channel(self, name: str) -> Channel:
        """Also one of `mail:` and an address. Raises `NotFound`."""
        found = mail_channel(name) or (await read_channels(self._store)).get(name)
        if found is None:
            raise NotFound(f"there is no channel {name!r}; `tickwork channel ls` lists them")
        return found

    async def channels(self) -> builtins.list[ChannelView]:
        """By name, those of `mail:` too while something waits for them."""
        channels = dict(await read_channels(self._store))
        waiting = await self._outgoing.channels()
        for name in waiting:
            if name not in channels and (mail := mail_channel(name)) is not None:
                channels[name] = mail
        paces = await self._outgoing.paces(sorted(channels))
        views = []
        for name, channel in sorted(channels.items()):
            count = len(await self._outgoing.waiting(name, limit=_MANY)) if name in waiting else 0
            views.append(channel_view(channel, paces[name], waiting=count))
        return views

    async def delete_channel(self, name: str) -> None:
        """What waits for it is dropped. Raises `NotFound`, and `Conflict` while a rule of a level names it."""
        document = await self._store.get(Kind.CHANNEL, name)
        if document is None:
            raise NotFound(f"there is no channel {name!r}; `tickwork channel ls` lists them")
        for rule in await self.rules():
            if name in rule.channels:
                where = "the instance" if rule.scope is Scope.INSTANCE else f"{rule.scope} {rule.target}"
                raise Conflict(f"channel {name} is named by a rule of {where}; take that away first")
        await self._put(Put(kind=Kind.CHANNEL, id=name, body=None, name=name, expect=document.revision))

    async def rules(self) -> builtins.list[RuleView]:
        """Those of the levels; jobs and boards have theirs in their definitions."""
        documents = await every(self._store, Kind.NOTIFY)
        levels = [from_json(d.body, Level) for d in documents if d.body is not None]
        return [
            RuleView(scope=level.scope, target=level.target, channels=[*rule.channels], on=[*rule.on])
            for level in levels
            for rule in level.rules
        ]

    async def set_rules(self, scope: Scope, target: str, rules: tuple[Rule, ...]) -> None:
        """The rules of a level from now on; none: it has none. Raises `InvalidDefinition`."""
        if scope not in LEVELS:
            raise InvalidDefinition(f"rules stand at {', '.join(LEVELS)}, not at a {scope}")
        if (scope is Scope.INSTANCE) == bool(target):
            raise InvalidDefinition(f"a rule of {scope} needs {'no name' if target else 'a name'}")
        known = await read_channels(self._store)
        for name in (name for rule in rules for name in rule.channels):
            if name not in known and mail_channel(name) is None:
                raise InvalidDefinition(
                    f"there is no channel {name!r}; `tickwork channel add` makes one, or write {MAIL}ops@example.com"
                )
        identity = level_id(scope, target)
        body = to_json(Level(scope=scope, target=target, rules=rules)) if rules else None
        project = target if scope is Scope.PROJECT else ""
        await self._put(Put(kind=Kind.NOTIFY, id=identity, body=body, name=target, project=project))

    async def add_rule(self, scope: Scope, target: str, rule: Rule) -> None:
        """One more rule at a level."""
        before = (await read_rules(self._store)).at(scope, target)
        await self.set_rules(scope, target, (*(one for one in before if one != rule), rule))

    async def deliveries(
        self, *, channel: str | None = None, since: Instant | None = None, limit: int = 1000
    ) -> builtins.list[DeliveryView]:
        """What waits (oldest first), then what is over (newest first), of the last day or since then."""
        names = [channel] if channel else await self._outgoing.channels()
        waiting = [one for name in names for one in await self._outgoing.waiting(name, limit=limit)]
        start = since if since is not None else later(self._context.clock.now(), -DAY)
        done = await self._outgoing.done(since=lowest_id(start), limit=_MANY)
        over = [one for one in reversed(done) if channel in {None, one.delivery.channel}]
        return (await self._views(waiting, over))[:limit]

    async def about(self, run: Run) -> builtins.list[DeliveryView]:
        """Who is told, or was in the last two weeks, of what befell a run."""
        return await self._views(*await self._outgoing.about(run))

    async def _views(self, waiting: Sequence[Delivery], over: Sequence[Done]) -> builtins.list[DeliveryView]:
        held = await self._held(sorted({one.channel for one in waiting}))
        return [
            *(waiting_view(one, held[one.channel]) for one in waiting),
            *(done_view(one) for one in over),
        ]

    async def _held(self, names: Sequence[str]) -> Mapping[str, Held]:
        """Why what waits for channels waits."""
        if not names:
            return {}
        known, paces = await read_channels(self._store), await self._outgoing.paces(names)
        channels = {name: known.get(name) or mail_channel(name) for name in names}
        now = self._context.clock.now()
        return {
            name: Held(why=GONE, until=None) if channel is None else held(channel, paces[name], now)
            for name, channel in channels.items()
        }

    def _sealed(self, channel: str, secret: str) -> str:
        return sealed_text(secret, channel=channel, keyring=self._context.keyring)

    async def _put(self, put: Put) -> None:
        verb = "put" if put.body is not None else "delete"
        await self._store.put([put], by=self._context.actor, at=self._context.clock.now(), verb=verb)


def _base64(text: str) -> str:
    import base64

    return base64.b64encode(text.encode()).decode()


def _check(channel: Channel) -> None:
    """Raises `InvalidDefinition`."""
    what = f"channel {channel.name}"
    if _NAME.fullmatch(channel.name) is None:
        raise InvalidDefinition(f"channel {channel.name!r}: a name has letters, digits, '.', '_' and '-', up to 64")
    if channel.at_once < 1 or channel.window <= 0:
        raise InvalidDefinition(f"{what}: at_once and window are at least 1, and longer than nothing")
    if isinstance(channel.way, Mail) and (wrong_ones := [one for one in channel.way.to if not is_address(one)]):
        raise InvalidDefinition(f"{what}: {wrong_ones[0]!r} is no address; give each as one argument, without a name")
    if isinstance(channel.way, Webhook) and (wrong := wrong_url(channel.way.url)) is not None:
        raise InvalidDefinition(f"{what}: {wrong}")
    if isinstance(channel.way, Program) and not channel.way.argv:
        raise InvalidDefinition(f"{what}: a command needs its program")
    if channel.quiet is not None:
        try:
            ZoneInfo(channel.quiet.zone)
        except (OSError, ValueError, KeyError):
            raise InvalidDefinition(f"{what}: {channel.quiet.zone!r} is not a time zone") from None
    for name, template in channel.templates.items():
        if name not in {*Occasion, *Words}:
            raise InvalidDefinition(f"{what}: no template for {name!r}; write one of {', '.join([*Occasion, *Words])}")
        _check_template(f"{what}: template {name}", template.subject, template.text)


def _check_template(what: str, *texts: str) -> None:
    import jinja2

    for text in texts:
        if len(text) > _LONGEST_TEMPLATE:
            raise InvalidDefinition(f"{what} is longer than {_LONGEST_TEMPLATE} characters")
        try:
            jinja2.Environment(autoescape=False).parse(text)  # noqa: S701 (mail is plain text; nothing is rendered here)
        except jinja2.TemplateSyntaxError as error:
            raise InvalidDefinition(f"{what}, line {error.lineno}: {error.message}") from None
