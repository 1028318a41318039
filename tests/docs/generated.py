"""What is written into the pages from the code: where it stands, and what makes it."""

import asyncio
from collections.abc import Callable
from typing import Final

from tests.docs.board_keys import board_keys
from tests.docs.command_help import command_help
from tests.docs.reference.environment_table import given_table, kept_table
from tests.docs.reference.event_tables import live_table, telemetry_table
from tests.docs.reference.exit_codes import error_table, exit_table
from tests.docs.reference.metric_table import metric_table
from tests.docs.reference.rest_tables import rest_tables
from tests.docs.reference.role_table import role_table
from tests.docs.reference.setting_table import setting_table
from tests.docs.reference.state_tables import reason_table, transition_table
from tests.docs.time_table import time_table

GENERATED: Final[dict[tuple[str, str], Callable[[], str]]] = {
    ("explanation/time.md", "clock changes"): lambda: asyncio.run(time_table()),
    ("reference/boards.md", "keys"): board_keys,
    ("reference/cli.md", "commands"): command_help,
    ("reference/environment.md", "given"): given_table,
    ("reference/environment.md", "kept"): kept_table,
    ("reference/events.md", "telemetry"): telemetry_table,
    ("reference/events.md", "live"): live_table,
    ("reference/exit-codes.md", "codes"): exit_table,
    ("reference/exit-codes.md", "errors"): error_table,
    ("reference/metrics.md", "metrics"): metric_table,
    ("reference/rest.md", "routes"): rest_tables,
    ("reference/settings.md", "settings"): setting_table,
    ("reference/states.md", "reasons"): reason_table,
    ("reference/states.md", "transitions"): transition_table,
    ("explanation/permissions.md", "roles"): role_table,
}
