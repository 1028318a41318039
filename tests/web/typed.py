"""An app whose jobs say what they take, for the server that the tests of the pages share."""

import sys

from tests.web.payloads import PAYLOADS
from tickwork import current_run, job


@job(project="shop", timeout="1m")
def greeting(who: str, times: int = 1, loud: bool = False) -> dict[str, str]:
    """Takes a name, a number and a truth value."""
    said = f"hello {who} " * times
    current_run.log.warning("greeted %s", who)
    return {"said": said.upper() if loud else said}


def hostile() -> dict[str, str]:
    """Everything that it says is to be taken for markup."""
    for payload in PAYLOADS:
        sys.stdout.write(f"{payload}\n")
        sys.stderr.write(f"{payload}\n")
        current_run.log.error("%s", payload)
    return dict(zip(PAYLOADS, PAYLOADS, strict=True))


hostile.__doc__ = "\n\n".join(payload.replace("\x00", "") for payload in PAYLOADS)
hostile = job(project="hostile", timeout="1m")(hostile)


@job(project="hostile", timeout="1m")
def raising() -> None:
    """Ends with an exception whose words and variables are markup."""
    held = PAYLOADS
    raise ValueError(" ".join(held))
