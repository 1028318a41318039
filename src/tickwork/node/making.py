"""What nodes and commands alike make from the settings."""

from __future__ import annotations

import gc
import platform
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tickwork.config import Settings
    from tickwork.keyring import Keyring
    from tickwork.telemetry import Telemetry
    from tickwork.tracing import Tracing


def make_keyring(settings: Settings) -> Keyring:
    """The instance's secret keys, not yet read."""
    from tickwork.config import secret_key_file
    from tickwork.keyring import Keyring

    texts = [text for text in re.split(r"[,\s]+", settings.secret_keys) if text]
    return Keyring(texts=texts, file=secret_key_file(settings))


def make_tracing(settings: Settings, *, telemetry: Telemetry) -> Tracing | None:
    """None: runs are not traced, and nothing of OpenTelemetry is imported. Raises `InvalidSetting`."""
    if not settings.tracing:
        return None
    from tickwork.tracing import Tracing

    return Tracing(telemetry=telemetry)


def worker_name(settings: Settings) -> str:
    """What the worker of this machine is called."""
    return settings.worker_name or platform.node()


def collect_rarely() -> None:
    """Once in a process of ours, before it lives long or makes much. Nearly all its values die by their reference
    counts; by default the garbage collector walks over all that is alive every 700 objects, which costs a worker a
    tenth of its throughput."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
