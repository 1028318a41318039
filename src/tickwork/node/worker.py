"""The worker of a node."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tickwork.config import listed
from tickwork.core.containment import Containment
from tickwork.node.making import worker_name
from tickwork.signing import SigningKey
from tickwork.worker.agent import Agent
from tickwork.worker.code import code_labels
from tickwork.worker.environment import Host
from tickwork.worker.identity import Identity
from tickwork.worker.process.launching import LocalProcesses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tickwork.config import Settings
    from tickwork.node.kit import Kit
    from tickwork.store.protocol import Store
    from tickwork.tracing import Tracing
    from tickwork.worker.link import Link
    from tickwork.worker.processes import Preload


def agent_of(kit: Kit, link: Link, *, host: Host, preload: Preload | None, env: Mapping[str, str]) -> Agent:
    """`env`: what the app finds in its environment when it is imported."""
    settings = kit.settings
    return Agent(
        link=link,
        processes=LocalProcesses(
            clock=kit.clock, containment=Containment(settings.containment), preload=preload, env=env
        ),
        clock=kit.clock,
        ids=kit.ids,
        telemetry=kit.telemetry,
        identity=Identity(
            name=worker_name(settings),
            pools=listed(settings.pool),
            seats=settings.workers,
            lease=settings.lease,
            labels=listed(settings.labels),
        ),
        grace=settings.grace,
        code=partial(code_labels, preload),
        host=host,
        signing=SigningKey(text=settings.signing_key, file=settings.signing_key_file),
        spool_folder=settings.spool_folder,
    )


def host_of(settings: Settings, *, env: Mapping[str, str], url: str, tracing: Tracing | None) -> Host:
    """What jobs find around themselves. `url`: where they reach the server."""
    return (
        Host.of_this_process()
        .with_env(env)
        .with_http_allow(listed(settings.http_allow))
        .with_url(url)
        .with_traceparent(None if tracing is None else tracing.traceparent)
    )


def store_link(kit: Kit, store: Store) -> Link:
    """For a worker that has the store at hand."""
    from tickwork.worker.store_link import StoreLink

    return StoreLink(
        store=store,
        clock=kit.clock,
        ids=kit.ids,
        telemetry=kit.telemetry,
        keyring=kit.keyring,
        job_timeout=kit.settings.job_timeout or None,
    )
