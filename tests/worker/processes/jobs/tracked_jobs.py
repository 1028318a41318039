"""Functions that say more about themselves than a result."""

import logging
import os
import threading
import time
from datetime import date

from tickwork import Retry, Skip, current_run, report_progress, task
from tickwork.core.progress import Bar


@task
def decorated(day: date) -> str:
    return f"{type(day).__name__} {day.year}"


class Watched:
    def __init__(self, **options):
        self.options = options

    def __call__(self, info):
        return [self.options["greeting"], info.id, info.timeout]


class Bare:
    def __init__(self, value):
        self.value = value

    def __call__(self):
        return self.value


def who():
    found = []
    thread = threading.Thread(target=lambda: found.append(current_run.id))
    thread.start()
    thread.join()
    return [current_run.id, current_run().job, *found]


def skips():
    raise Skip("nothing new")


async def skips_later():
    skips()


def skips_in_a_generator():
    yield 1
    skips()


async def skips_in_an_async_generator():
    yield 1
    skips()


def retries():
    raise Retry("not yet", after="30s")


async def retries_later():
    retries()


def retries_in_a_generator():
    yield 1
    retries()


class Broken:
    def __repr__(self):
        raise RuntimeError


def breaks(order):
    def inner(broken):
        raise ValueError("no")

    inner(Broken())


def leaks():
    password = "hunter2"
    settings = {"user": "ann", "auth_token": "abc"}
    copied = f"the header is {os.environ['API_TOKEN']}"
    key = 3
    raise ValueError(copied, password, settings["user"], key)


def recurses(depth=0):
    recurses(depth + 1)


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError


def raises_the_unspeakable():
    raise Unspeakable


def progresses(n):
    report_progress(("part", "one"), 1, 3)
    for at in range(1, n + 1):
        report_progress(None, at, n, f"step {at}")


def progresses_and_hangs():
    report_progress(None, 1, 2)
    time.sleep(1000)


def tidies_up():
    try:
        print("working", flush=True)
        time.sleep(1000)
    finally:
        print("cancelled:", current_run.cancelled)


def plus_one(n):
    return n + 1


def says_what_no_encoding_takes(how):
    logging.getLogger("shop").info("\udcff")
    report_progress("\udcff", 1, 2, "\udcff")
    if how == "skips":
        raise Skip("\udcff")
    return how


def reports(current):
    current_run.progress(Bar(current=current, total=1))
    report_progress(None, current, 1)
