"""An app whose jobs say what they take, for the server that the tests of the pages share."""

import sys
import time
from collections.abc import Sequence

from tests.web.payloads import NAMES, PAYLOADS
from tickwork import current_run, job
from tickwork.app.progress import tqdm

A_FRAME = 40


@job(project="shop", timeout="2m")
def crawl(seconds: int = 45) -> int:
    """Takes a while, says how far it is, and logs at every level."""
    found = 0
    for shelf in tqdm(["books", "games", "music"], desc="shelves"):
        for page in tqdm(range(seconds), desc=shelf):
            time.sleep(1 / 3)
            found += 17 + page % 5
            sys.stdout.write(f"\x1b[36mGET\x1b[0m /{shelf}?page={page} \x1b[32m200\x1b[0m {17 + page % 5} articles\n")
            sys.stdout.flush()
            if page % 7 == 5:
                current_run.log.warning("/%s?page=%d answered late, after %d ms", shelf, page, 900 + page)
    return found


@job(project="shop", timeout="1m")
def greeting(who: str, times: int = 1, loud: bool = False) -> dict[str, str]:
    """Takes a name, a number and a truth value."""
    said = f"hello {who} " * times
    current_run.log.warning("greeted %s", who)
    return {"said": said.upper() if loud else said}


@job(project="shop", timeout="1m")
def prices() -> dict[str, float]:
    """Reads the prices of suppliers, and meets one that is no number."""
    return {article: price_of(text) for article, text in (("4711", "12.50"), ("4712", "on request"))}


def price_of(text: str) -> float:
    amount, currency = text.split(" ", maxsplit=1)[0], "EUR"
    try:
        return float(amount)
    except ValueError as error:
        raise LookupError(f"no price in {text!r} ({currency})") from error


def hostile() -> dict[str, str]:
    """Everything that it says is to be taken for markup."""
    for payload in PAYLOADS:
        sys.stdout.write(f"{payload}\n")
        sys.stderr.write(f"{payload}\n")
        current_run.log.error("%s", payload)
    return dict(zip(PAYLOADS, PAYLOADS, strict=True))


hostile.__doc__ = "\n\n".join(payload.replace("\x00", "") for payload in PAYLOADS)


@job(project="hostile", timeout="1m")
def raising() -> None:
    """Ends with an exception whose words and variables are markup."""
    deeper(PAYLOADS)


def deeper(held: Sequence[str]) -> None:
    """A frame for each few payloads, as the variables of the code that it runs."""
    if not held:
        raise ValueError(" ".join(PAYLOADS))
    names = {f"held_{n}": payload for n, payload in enumerate(held[:A_FRAME])}
    exec("deeper(rest)", {"deeper": deeper, "rest": held[A_FRAME:]}, names)


def named() -> None:
    """Its name is markup."""


hostile = job(project="hostile", timeout="1m")(hostile)
JOBS = [job(name=name, project="names")(named) for name in NAMES]
