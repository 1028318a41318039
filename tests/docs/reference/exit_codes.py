"""Exit codes, and the errors behind them."""

import inspect

from tests.docs.reference.tables import table
from tickwork import errors
from tickwork.cli.app import EXIT_CODES
from tickwork.errors import TickworkError


def exit_table() -> str:
    return table(("code", "meaning"), [(f"`{code}`", meaning) for code, meaning in EXIT_CODES.items()])


def error_table() -> str:
    known = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, TickworkError)]
    rows = [(f"`{one.__name__}`", f"`{one.exit_code}`", inspect.cleandoc(one.__doc__ or "")) for one in known]
    return table(("error", "exit code", "when"), rows)
