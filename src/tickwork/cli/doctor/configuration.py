"""What is set: variables that are none, and files that others can read."""

import os
import pwd
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from tickwork.cli.doctor.findings import Finding, bad, ok, warn
from tickwork.config import PREFIX, Settings, environment, find, public_settings, secret_key_file
from tickwork.signing import signing_key_file

_NO_SETTINGS: Final = frozenset({"CONFIG", "DEBUG", "COMPLETE", "CRASH_AT"})
"""Variables that are no settings."""
_OF_JOBS: Final = re.compile("RUN_ID|JOB|PROJECT|SLOT|ATTEMPT|FENCE|PARAMS|URL|TOKEN|TEST_.*")
"""What a job finds, when it asks; and what tests are told."""


def unknown_variables(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Those that nobody reads: mostly slips of the pen."""
    known = {one.name.upper() for one in fields(Settings)} | _NO_SETTINGS
    for variable in sorted(variables):
        name = variable.removeprefix(PREFIX)
        if name == variable or name in known or _OF_JOBS.fullmatch(name):
            continue
        close = get_close_matches(name, known, n=1)
        meant = f"did you mean {PREFIX}{close[0]}? " if close else ""
        yield warn("variable", f"{variable} is no setting", f"{meant}`tickwork config show` lists what there is")


def files(settings: Settings, *, config: str | None) -> Iterator[Finding]:
    """Files with secrets are their owner's alone, and those that are named are there."""
    found = [*_secret_files(settings), *_named_files(settings), *_config(config)]
    yield from found
    if not found:
        yield ok("settings", "can be read; files with keys are their owner's alone")


def _secret_files(settings: Settings) -> Iterator[Finding]:
    for name, file in (
        ("secret_key_file", None if settings.secret_keys else secret_key_file(settings)),
        ("signing_key_file", None if settings.signing_key else signing_key_file(settings.signing_key_file)),
        ("key_file", Path(settings.key_file).expanduser() if settings.key_file else None),
        ("tls_key", Path(settings.tls_key).expanduser() if settings.tls_key else None),
    ):
        if file is not None and file.exists():
            yield from _guarded(name, file)


def _named_files(settings: Settings) -> Iterator[Finding]:
    for name in ("key_file", "server_ca", "tls_cert", "tls_key", "smtp_ca"):
        file = getattr(settings, name)
        if file and not Path(file).expanduser().is_file():
            yield bad(name, f"{file} is not there", f"put it there, or correct the setting {name}")


def _config(config: str | None) -> Iterator[Finding]:
    """A file with settings that are secret is guarded as those with keys are."""
    file = config or environment().get(f"{PREFIX}CONFIG")
    if not file:
        return
    open_ones = {one.name for one in public_settings()}
    for tables in (("server",), ("worker",)):
        said = find({}, config=file, tables=tables)
        if secret := [name for name, one in said.items() if one.origin == file and name not in open_ones]:
            yield from _guarded(f"{file} ({secret[0]})", Path(file))
            return


def _guarded(name: str, file: Path) -> Iterator[Finding]:
    found = file.stat()
    if (mode := found.st_mode & 0o777) & 0o077:
        yield bad(name, f"{file} can be read by others (mode {mode:o})", f"run chmod 600 {file}")
    if found.st_uid != os.geteuid():
        owner = _name_of(found.st_uid)
        text = f"{file} belongs to {owner}, not to who runs this ({_name_of(os.geteuid())})"
        yield warn(name, text, f"run this as {owner}, or chown the file to who runs Tickwork")


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
