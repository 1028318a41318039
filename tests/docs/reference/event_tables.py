"""Every event, as tables: those of a process, and those that watchers are told."""

import inspect
import logging
from dataclasses import fields
from importlib import import_module

import msgspec

from tests.docs.reference.tables import table
from tickwork.server.live.events import LiveEvent
from tickwork.telemetry import TelemetryEvent


def telemetry_table() -> str:
    import_module("tickwork.node")  # with it, whoever tells of events
    known = {event.__name__: event for event in _all_of(TelemetryEvent) if event.__module__.startswith("tickwork.")}
    rows = [
        (f"`{name}`", logging.getLevelName(event.level).lower(), _names(event), _said(event))
        for name, event in sorted(known.items())
    ]
    return table(("event", "level", "tells", "when"), rows)


def live_table() -> str:
    rows = [
        (f"`{event.__struct_config__.tag}`", ", ".join(f"`{name}`" for name in event.__struct_fields__), _said(event))
        for event in _all_of(LiveEvent)
    ]
    return table(("`event`", "beside it", "when"), rows)


def _all_of(base: type) -> list[type]:
    found = base.__subclasses__()
    return [*found, *(inner for one in found for inner in _all_of(one))]


def _names(event: type) -> str:
    return ", ".join(f"`{one.name}`" for one in fields(event))


def _said(event: type) -> str:
    own = event.__doc__ or ""
    generated = own.startswith(f"{event.__name__}(") or own == (msgspec.Struct.__doc__ or "")
    return "" if generated else inspect.cleandoc(own)
