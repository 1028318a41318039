"""An app as users write it; what its jobs do can be seen in the folder `$MARKS`."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from tickwork import Skip, current_run, every, job, report_progress, task


@dataclass
class Sum:
    value: int


@task
def add(a: int, b: int = 1) -> Sum:
    print(f"adding {a} and {b}")  # noqa: T201 (goes into the log)
    current_run.log.info("as asked")
    return Sum(a + b)


@task
def fail(why: str) -> None:
    raise ValueError(why)


@task
def skip() -> None:
    raise Skip("nothing new")


@task(grace="1s")
def hang() -> None:
    report_progress(None, 1, 2)
    time.sleep(1000)


@task
def environment() -> dict[str, str]:
    return dict(os.environ)


@job(schedule=every("1s"))
def mark() -> None:
    Path(os.environ["MARKS"], current_run.id).write_text(str(os.getppid()))
