"""An app whose jobs say what they take, for the server that the tests of the pages share."""

import sys
import time

from tests.web.payloads import PAYLOADS
from tickwork import current_run, job
from tickwork.app.progress import tqdm


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
