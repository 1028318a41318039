"""What was found, and how it is mended where it is not well."""

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: ok, warn or bad."""

    check: str
    state: str
    found: str
    fix: str | None = None


def ok(check: str, found: str) -> Finding:
    return Finding(check=check, state="ok", found=found)


def warn(check: str, found: str, fix: str) -> Finding:
    return Finding(check=check, state="warn", found=found, fix=fix)


def bad(check: str, found: str, fix: str) -> Finding:
    return Finding(check=check, state="bad", found=found, fix=fix)
