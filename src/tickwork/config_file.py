"""Settings from a file: `tickwork.toml`, and the worker's file of Job-Runner."""

import configparser
import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from tickwork.errors import InvalidSetting

TABLES: Final = ("server", "worker")
"""What stands in one of them is for that command alone (`up` is both); what stands above them is for all commands."""
SECTION: Final = "job_runner_worker"
_OURS: Final = {
    "api_base_url": "server",
    "api_key": "worker_name",
    "concurrent_jobs": "workers",
    "log_level": "log_level",
    "reconnect_after_inactivity": "reconnect_after",
}
_OUR_KEYS: Final = "tww_"
_NO_MATTER: Final = {
    "max_log_bytes": "each job has its own (`max_log_bytes` of its definition; 819200 if it says nothing)",
    "script_temp_path": "scripts are not written to files",
    **dict.fromkeys(
        ("ws_server_hostname", "ws_server_port", "broadcaster_server_hostname", "broadcaster_server_port"),
        "the worker asks the server alone, by HTTP",
    ),
}


def read_toml(path: Path, *, tables: Collection[str], known: Collection[str]) -> dict[str, str]:
    """The settings at the top of the file, and over them those in `tables`, as the environment would say them.
    Raises `InvalidSetting` for a file that cannot be read, and for what is in it and `known` to nobody."""
    try:
        document = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InvalidSetting(f"{path}: this is not TOML: {error}") from None
    # `server` is a setting, too: where it is no table, it is that
    inner_tables = [name for name in TABLES if name not in known or isinstance(document.get(name, {}), dict)]
    values = {name: value for name, value in document.items() if name not in inner_tables}
    said = _said(path, "", values, known)
    for table in inner_tables:
        inner = document.get(table, {})
        if not isinstance(inner, dict):
            raise InvalidSetting(f"{path}: {table} is a table: write [{table}] on a line of its own")
        checked = _said(path, f"[{table}] ", inner, known)
        said |= checked if table in tables else {}
    return said


def _said(path: Path, where: str, values: Mapping[str, Any], known: Collection[str]) -> dict[str, str]:
    for name in values:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else "; `tickwork config show` lists what there is"
            raise InvalidSetting(f"{path}: {where}{name} is no setting{hint}")
    return {name: _word(f"{path}: {where}{name}", value) for name, value in values.items()}


def _word(where: str, value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return str(value)
        case list() if all(isinstance(part, str) for part in value):
            return ",".join(value)
        case _:
            raise InvalidSetting(f"{where}: {value!r} is neither a text, a number, yes or no, nor a list of texts")


def read_job_runner(path: Path) -> tuple[dict[str, str], list[str]]:
    """The worker's settings of a file that Job-Runner's worker read, and a warning for each that says nothing here.
    Raises `InvalidSetting`."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(_text(path), source=str(path))
    except configparser.Error as error:
        raise InvalidSetting(f"{path}: {' '.join(str(error).split())}") from None
    if SECTION not in parser:
        raise InvalidSetting(f"{path}: there is no [{SECTION}] in it, as in the file of a Job-Runner worker")
    values, warnings = {}, []
    for name, value in parser[SECTION].items():
        if (ours := _OURS.get(name)) is not None:
            values[ours] = value
        elif name == "secret" and value.startswith(_OUR_KEYS):
            values["key"] = value
        else:
            warnings.append(f"{path}: {name} is ignored: {_why(name)}")
    return values, warnings


def _why(name: str) -> str:
    if name == "secret":
        return "Job-Runner's secrets are not good here; `tickwork worker enroll` gets a key, for key_file"
    return _NO_MATTER.get(name, "Job-Runner's worker has no such setting, nor is there one here")


def _text(path: Path) -> str:
    try:
        return path.expanduser().read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidSetting(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidSetting(f"{path}: this is not UTF-8") from None
