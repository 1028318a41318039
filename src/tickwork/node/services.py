"""What runs in the background of a node with a scheduler. Any number of nodes may have them on one store."""

import platform

from tickwork.config import patience_of, retention_of
from tickwork.node.kit import Kit
from tickwork.runtime.notify.notifier import Notifier
from tickwork.runtime.notify.ways import Ways
from tickwork.runtime.promoter import Promoter
from tickwork.runtime.pruner import Pruner
from tickwork.runtime.reaper import Reaper
from tickwork.runtime.scheduler import Scheduler
from tickwork.runtime.watchdog import Watchdog
from tickwork.service import Service
from tickwork.store.protocol import Level, Store


def services_of(kit: Kit, store: Store) -> list[Service]:
    settings, clock, telemetry = kit.settings, kit.clock, kit.telemetry
    scheduler = Scheduler(store=store, clock=clock, ids=kit.ids, telemetry=telemetry)
    return [
        scheduler,
        Promoter(store=store, clock=clock, telemetry=telemetry, ship=bool(settings.ship_logs)),
        Reaper(store=store, clock=clock, telemetry=telemetry),
        Watchdog(store=store, clock=clock, telemetry=telemetry, patience=patience_of(settings)),
        _pruner(kit, store),
        _notifier(kit, store),
        *([_shipper(kit, store)] if settings.ship_logs else []),
        *([_heartbeat(kit, scheduler)] if settings.heartbeat_url else []),
    ]


def _pruner(kit: Kit, store: Store) -> Service:
    settings = kit.settings
    return Pruner(
        store=store,
        clock=kit.clock,
        telemetry=kit.telemetry,
        keep=retention_of(settings),
        keep_records={
            Level.DEBUG: settings.keep_debug,
            Level.INFO: settings.keep_info,
            Level.WARNING: settings.keep_warning,
            Level.ERROR: settings.keep_error,
            Level.CRITICAL: settings.keep_error,
        },
    )


def _notifier(kit: Kit, store: Store) -> Service:
    host = platform.node() or "localhost"
    return Notifier(
        store=store,
        clock=kit.clock,
        telemetry=kit.telemetry,
        ways=Ways(settings=kit.settings, keyring=kit.keyring, clock=kit.clock, host=host),
        who=kit.ids.session(),
        host=host,
        public_url=kit.settings.public_url,
    )


def _shipper(kit: Kit, store: Store) -> Service:
    from tickwork.runtime.shipping.shipper import Shipper
    from tickwork.runtime.shipping.sinks import sink_of

    sink = sink_of(kit.settings.ship_logs, token=kit.settings.ship_token)
    return Shipper(store=store, clock=kit.clock, telemetry=kit.telemetry, sink=sink, who=kit.ids.session())


def _heartbeat(kit: Kit, scheduler: Service) -> Service:
    from tickwork.runtime.heartbeat import Heartbeat

    return Heartbeat(
        clock=kit.clock,
        telemetry=kit.telemetry,
        url=kit.settings.heartbeat_url,
        every=kit.settings.heartbeat_every,
        progress=lambda: scheduler.ticks,
    )
