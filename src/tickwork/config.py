"""Settings: one place, from a file, the environment and flags, checked once."""

import os
from collections.abc import Collection, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from tickwork.config_file import read_toml
from tickwork.core.clock import DAY, MINUTE, SECOND, Duration
from tickwork.core.containment import Containment
from tickwork.core.lease import DEFAULT_LEASE, Patience
from tickwork.core.model import DEFAULT_POOL
from tickwork.core.retention import Retention
from tickwork.core.states import TERMINAL, State
from tickwork.core.timing.text import parse_duration
from tickwork.errors import InvalidSchedule, InvalidSetting

PREFIX = "TICKWORK_"
DEFAULT_PORT = 8425
"""T-I-C-K on the keys of a telephone."""
_15_DAYS, _30_DAYS, _90_DAYS, _180_DAYS, _YEAR = (Duration(days * DAY) for days in (15, 30, 90, 180, 365))
_NEVER = Duration(0)
_LENGTHS = {"job_timeout", "heartbeat_every", "keep_for", "keep_debug", "keep_info", "keep_warning", "keep_error"}
_SWITCH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator may choose. Each field is also a key of tickwork.toml, and `TICKWORK_<FIELD>` in the
    environment; flags win."""

    store: str = ""
    """Store URL; empty: a SQLite file in the user's data folder."""
    accept_loss: bool = False
    """Also work on a store that may lose jobs and runs (a Redis server that evicts, or keeps nothing on its disk)."""
    workers: int = 4
    """Runs at a time on the local worker (seats)."""
    worker_name: str = ""
    """Empty: the host name."""
    pool: str = DEFAULT_POOL
    """The pool whose runs the worker takes, or several, separated by commas."""
    labels: str = ""
    """What the worker has that not every one has, separated by commas: runs of jobs that ask for it come here."""
    http_allow: str = ""
    """Networks and names, separated by commas, that jobs' requests over HTTP may reach beside the public internet:
    10.0.0.0/8, wiki.lan, .lan, localhost:8080."""
    lease: float = DEFAULT_LEASE
    """Seconds without a sign of life after which a worker's runs are settled."""
    unresponsive_intervals: int = 3
    """A worker is shown as unresponsive when so many of its signs of life (one each fifth of its lease) are missing"""
    unresponsive_margin: float = 2.0
    """and so many seconds more have passed; a pool with queued runs and no other worker is then reported."""
    job_timeout: Duration = _NEVER
    """Jobs that have no time-out, in pools that have none, are stopped when they run longer; 0: never."""
    grace: float = 30.0
    """Seconds that a stopping worker waits for its running jobs."""
    containment: str = Containment.AUTO
    """What holds the processes of a run together: cgroup, pidns or subreaper; auto: the first of them that works."""
    keep_for: Duration = _YEAR
    """Ended runs and gaps older than this are pruned …"""
    keep_runs: int = 20
    """… but never the newest so many runs of a job."""
    keep_at_most: int = 10_000
    """Of a job's runs the newest so many stay, however young the others are; 0: all."""
    keep_states: str = ""
    """Other ages than keep_for for runs that ended in some state, separated by commas: succeeded=30d, failed=2y."""
    keep_debug: Duration = _15_DAYS
    """Log records of level DEBUG older than this are dropped from the logs of runs …"""
    keep_info: Duration = _30_DAYS
    """… INFO …"""
    keep_warning: Duration = _90_DAYS
    """… WARNING …"""
    keep_error: Duration = _180_DAYS
    """… ERROR and CRITICAL. What was printed, and records of other levels, are kept with their run."""
    signing_key: str = field(default="", repr=False)
    """Signs pickled results; empty: the key in signing_key_file."""
    signing_key_file: str = ""
    """Readable by its owner alone, created when first needed; empty: signing.key in the user's data folder."""
    secret_keys: str = field(default="", repr=False)
    """Seal the secrets of projects and sign the tokens of runs, separated by commas, the current one first; all servers
    of a store need the same. Empty: those in secret_key_file."""
    secret_key_file: str = ""
    """One key a line; readable by its owner alone, made at its first use. Empty: beside a store that is a file, else
    secret.key in the user's data folder."""
    server: str = ""
    """The address of a server, for workers and commands that do not reach the store: https://tickwork.example."""
    key: str = field(default="", repr=False)
    """The key with which they sign in there; empty: the one in key_file."""
    key_file: str = ""
    """Readable by its owner alone."""
    server_ca: str = ""
    """A file with the certificates to trust, instead of the system's."""
    reconnect_after: float = 300.0
    """Seconds without traffic after which a connection to the server is opened again."""
    spool_folder: str = ""
    """Where a worker keeps what it has to tell and cannot, beyond 4 MB in memory: in a file without a name.
    Empty: /var/tmp."""
    listen: str = "127.0.0.1"
    """The address that pages and REST are served on."""
    port: int | None = None
    """Not set: 8425, or any other that is free; 0: any."""
    web: bool = True
    """Whether to serve pages and REST at all."""
    no_auth: bool = False
    """Whoever can reach the server may do everything: on a loopback address only."""
    insecure: bool = False
    """Listen beyond this machine without TLS: a proxy in front of it does that."""
    tls_cert: str = ""
    """A file with the certificate and its chain …"""
    tls_key: str = ""
    """… and one with its key."""
    hosts: str = ""
    """Names, separated by commas, that the server answers to beside its own address; `*`: any."""
    proxies: str = ""
    """Addresses and networks, separated by commas, of the proxies in front of the server: what they say of a client's
    address and of TLS (X-Forwarded-For, X-Forwarded-Proto) is believed. Empty: nobody is."""
    public_url: str = ""
    """Where people and workers reach the server from outside, in links and for jobs; empty: as it listens."""
    smtp_host: str = ""
    """The server that mail goes through; empty: no mail is sent."""
    smtp_port: int = 0
    """0: 587, or 465 with smtp_tls = tls, or 25 with smtp_tls = no."""
    smtp_user: str = ""
    """The user to sign in as there; empty: none."""
    smtp_password: str = field(default="", repr=False)
    """The password of that user."""
    smtp_from: str = ""
    """The sender of mail; empty: tickwork@ and the host's name."""
    smtp_tls: str = "starttls"
    """starttls: required; tls: from the first byte; auto: STARTTLS where it is offered; no: in the open."""
    smtp_ca: str = ""
    """A file with the certificates to trust there, instead of the system's."""
    notify_allow: str = ""
    """Networks and names, separated by commas, that webhooks may reach beside the public internet."""
    notify_commands: bool = True
    """Whether channels may run programs on the server."""
    ship_logs: str = ""
    """Where the logs of runs that have ended go, too, as lines of JSON: stdout, syslog, syslog://host:514, or an
    address, https://…, that takes them by POST. Empty: nowhere."""
    ship_token: str = field(default="", repr=False)
    """Sent to that address, as Authorization: Bearer."""
    heartbeat_url: str = field(default="", repr=False)
    """Requested while the scheduler makes progress, so that a dead man's switch elsewhere notices when it stops."""
    heartbeat_every: Duration = MINUTE
    """How often to request it."""
    log_level: str = "info"
    """The least that servers and workers log: debug, info, warning or error."""
    log_format: str = "text"
    """text: lines for people; json: one object a line, for what collects logs."""
    tracing: bool = False
    """Send a trace of each run; where to, the OTEL_ variables of OpenTelemetry say."""

    def __post_init__(self) -> None:
        for name, least in (
            ("workers", 1),
            ("lease", 1.0),
            ("grace", 0.0),
            ("keep_runs", 0),
            ("keep_at_most", 0),
            ("unresponsive_intervals", 1),
            ("unresponsive_margin", 0.0),
        ):
            if getattr(self, name) < least:
                raise InvalidSetting(f"{name}: {getattr(self, name)} is too small; it must be at least {least}")
        if not listed(self.pool):
            raise InvalidSetting("pool: a worker needs one; leave it out for the pool `default`")
        if self.containment not in list(Containment):
            raise InvalidSetting(f"containment: {self.containment!r} is not one of {', '.join(Containment)}")
        if self.smtp_tls not in {"starttls", "tls", "auto", "no"}:
            raise InvalidSetting(f"smtp_tls: {self.smtp_tls!r} is not one of starttls, tls, auto, no")
        if self.smtp_user and self.smtp_tls == "no":
            raise InvalidSetting("smtp_tls: no would send the password of smtp_user in the open; leave one out")
        if self.heartbeat_every < SECOND:
            raise InvalidSetting("heartbeat_every: it must be at least 1 second")
        retention_of(self)
        if self.log_level not in {"debug", "info", "warning", "error"}:
            raise InvalidSetting(f"log_level: {self.log_level!r} is not one of debug, info, warning, error")
        if self.log_format not in {"text", "json"}:
            raise InvalidSetting(f"log_format: {self.log_format!r} is not one of text, json")

    def with_defaults(self) -> "Settings":
        """With the store's place filled in."""
        return self if self.store else replace(self, store=default_store())


def retention_of(settings: Settings) -> Retention:
    """What the instance says about how long history is kept. Raises `InvalidSetting`."""
    states: dict[State, Duration] = {}
    for part in listed(settings.keep_states):
        name, _, length = (word.strip() for word in part.partition("="))
        if name not in TERMINAL:
            raise InvalidSetting(f"keep_states: {part!r}: write {', '.join(sorted(TERMINAL))} = a length, like 30d")
        try:
            states[State(name)] = Duration(parse_duration(length, what=f"keep_states: {name}"))
        except InvalidSchedule as error:
            raise InvalidSetting(str(error)) from None
    return Retention(age=settings.keep_for, states=states, least=settings.keep_runs, most=settings.keep_at_most)


def patience_of(settings: Settings) -> Patience:
    """How long workers may be silent."""
    return Patience(intervals=settings.unresponsive_intervals, margin=settings.unresponsive_margin)


def listed(text: str) -> tuple[str, ...]:
    """The parts of a setting that holds several."""
    return tuple(dict.fromkeys(part for raw in text.split(",") if (part := raw.strip())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The value of a setting, and who says it."""

    value: Any
    origin: str


def load(environment: Mapping[str, str], *, given: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """Defaults < `given` (of another program's file) < file < environment < flags (None: not given). The file is the
    flag `config`, or TICKWORK_CONFIG; `tables`: which of its tables count. Raises `InvalidSetting` naming the setting
    and the value."""
    found = find(environment, given=given, **flags)
    return Settings(**{name: one.value for name, one in found.items()}).with_defaults()


def find(
    environment: Mapping[str, str],
    *,
    given: Mapping[str, str] | None = None,
    config: str | None = None,
    tables: Collection[str] = (),
    **flags: Any,
) -> dict[str, Found]:
    """By setting. See `load`."""
    file = config or environment.get(f"{PREFIX}CONFIG")
    names = [setting.name for setting in fields(Settings)]
    written = read_toml(Path(file), tables=tables, known=names) if file else {}
    found = {}
    for setting in fields(Settings):
        name, variable = setting.name, PREFIX + setting.name.upper()
        if flags.get(name) is not None:
            found[name] = Found(value=flags[name], origin="flag")
        elif raw := environment.get(variable):
            found[name] = Found(value=_parse(setting, raw, where=variable), origin=variable)
        elif name in written:
            found[name] = Found(value=_parse(setting, written[name], where=f"{file}: {name}"), origin=str(file))
        elif given and name in given:
            found[name] = Found(value=_parse(setting, given[name], where=name), origin="given")
        else:
            found[name] = Found(value=setting.default, origin="default")
    return found


def public_settings() -> list[Field[Any]]:
    """The settings that everybody who runs the server may see: those that are shown when they are printed."""
    return [one for one in fields(Settings) if one.repr]


def default_store() -> str:
    """A SQLite file in the user's data folder."""
    return f"sqlite:///{_data_folder() / 'tickwork.db'}"


def beside(store: str, name: str) -> Path | None:
    """The file `<store's file>.<name>`; None: the store is no file."""
    file = store.removeprefix("sqlite:///")
    if file == store:
        return None
    path = Path(file).expanduser()
    return path.with_name(f"{path.name}.{name}")


def _data_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("tickwork"))


def secret_key_file(settings: Settings) -> Path | None:
    """Where the instance's secret keys stand; None: nowhere, as the store is in memory."""
    if settings.secret_key_file:
        return Path(settings.secret_key_file).expanduser()
    if settings.store == "memory://":
        return None
    return beside(settings.store, "secret.key") or _data_folder() / "secret.key"


def _parse(setting: Field[Any], raw: str, *, where: str) -> object:
    default: Any = setting.default
    try:
        if setting.name in _LENGTHS:
            return parse_duration(raw, what=where)
        if isinstance(default, bool):
            return _SWITCH[raw.lower()]
        if isinstance(default, str):
            return raw
        return int(raw) if setting.name == "port" else type(default)(raw)
    except KeyError:
        raise InvalidSetting(f"{where}: {raw!r} is neither yes nor no") from None
    except InvalidSchedule as error:
        raise InvalidSetting(str(error)) from None
    except ValueError:
        kind = "number" if isinstance(default, float) else "whole number"
        raise InvalidSetting(f"{where}: {raw!r} is not a {kind}") from None


def environment() -> Mapping[str, str]:
    return os.environ
