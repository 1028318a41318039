"""Functions that the tests call in warm children."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
import time

NOT_A_FUNCTION = 3
log = logging.getLogger("sample")


class Custom(ValueError):
    pass


class Unserialisable:
    pass


def nothing():
    pass


def add(a, b=1):
    return a + b


def say(*words):
    print(*words)
    print(*words, file=sys.stderr)


def say_unfinished(text):
    print(text, end="")


def say_raw(text):
    os.write(1, text.encode())
    subprocess.run(["/bin/echo", "from a program"], check=True)


def surroundings():
    return {"env": dict(os.environ), "cwd": os.getcwd(), "pid": os.getpid(), "sid": os.getsid(0)}


def litter():
    os.environ["LITTER"] = "1"
    os.environ.pop("KEPT", None)
    os.chdir("/usr")


def fail(text="no"):
    def inner():
        raise Custom(text)

    inner()


def leave(code):
    sys.exit(code)


def die(number):
    os.kill(os.getpid(), number)
    time.sleep(60)


def vanish(code):
    print("last words", flush=True)
    os._exit(code)


def unserialisable():
    return {"a": [Unserialisable()]}


def big(size):
    return "x" * size


async def gentle(value):
    await asyncio.sleep(0)
    return value


async def loop_id():
    return id(asyncio.get_running_loop())


def counting(n):
    yield from range(n)


def counting_with_result(n):
    yield from range(n)
    return "done"


async def counting_later(n):
    for at in range(n):
        yield at


def logs():
    log.info("hello %s", "world")
    log.debug("not this")
    try:
        fail()
    except Custom:
        log.exception("it failed")


def logs_from_threads(n):
    threads = [threading.Thread(target=log.info, args=("line %d", at)) for at in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def logs_from_a_fork():
    pid = os.fork()
    if pid == 0:
        log.warning("in the fork")
        os._exit(0)
    os.waitpid(pid, 0)


def forks_and_returns():
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
    return "once"


def hang(started=None):
    print("hanging", flush=True)
    time.sleep(1000)


def hang_stubbornly():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    subprocess.Popen(["/bin/sh", "-c", "trap '' TERM; echo $$; sleep 1000"], start_new_session=True)
    time.sleep(1000)


def tidies_up():
    try:
        print("hanging", flush=True)
        time.sleep(1000)
    finally:
        print("tidied up")


def grow(size):
    global hoard
    hoard = bytearray(os.urandom(1)) * size


def flood(size):
    line = "0123456\n" * 1024
    for _ in range(size // len(line)):
        sys.stdout.write(line)


def spoil():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stdout = None


async def leaves_a_task(text):
    async def later():
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        print(text)

    global task
    task = asyncio.ensure_future(later())
