"""Calling a function of any kind, and saying what came of it. Knows no process and no socket."""

import importlib
import os
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import AsyncGeneratorType, CoroutineType, GeneratorType, TracebackType
from typing import TYPE_CHECKING, Any

from tickwork.app.encoding import any_json, written
from tickwork.app.pickling import pickled
from tickwork.app.signals import Retry, Skip
from tickwork.core.model import Outcome
from tickwork.core.states import Reason, State
from tickwork.worker.process.frames import Masking, frames_of
from tickwork.worker.process.outcomes import exit_code

if TYPE_CHECKING:
    import asyncio

MAX_RESULT = 1_000_000
"""Bytes as it is kept."""
MAX_TRACEBACK = 65_536
"""Characters."""
_LATER = (GeneratorType, CoroutineType, AsyncGeneratorType, Awaitable)
_CALLERS = (
    str(Path(__file__).parent) + os.sep,
    str(Path(os.__file__).with_name("asyncio")) + os.sep,
    importlib.__file__,
    "<frozen importlib",
)
"""Whose frames stand above the job's in a traceback."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended, and the frames of the exception that ended it."""

    outcome: Outcome
    frames: bytes | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """How results are written."""

    write: Callable[[Any], bytes]
    name: str
    """In `… cannot be written as …`."""


JSON = Form(any_json, "JSON")


def signed_pickle(key: bytes, *, job: str) -> Form:
    return Form(partial(pickled, key=key, job=job), "a pickle")


_SUCCEEDED = Ending(Outcome(state=State.SUCCEEDED))


class Caller:
    """Calls functions of every kind and drives them to their end."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None

    def call(
        self, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], form: Form = JSON
    ) -> Ending:
        """A coroutine is awaited, a generator is exhausted (its result: what it returned, or else the last value)."""
        try:
            value = function(*args, **kwargs)
            if isinstance(value, _LATER):
                value = self._drive(value)
        except BaseException as error:  # noqa: BLE001 (whatever the job raised is its outcome)
            return raised(error)
        return returned(value, form)

    def close(self) -> None:
        """End the loop on which coroutines ran."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _drive(self, value: Any) -> Any:
        if isinstance(value, GeneratorType):
            return _exhaust(value)
        if self._runner is None:
            import asyncio  # most children never need it

            self._runner = asyncio.Runner()
        return self._runner.run(_alone(exhaust_async(value) if isinstance(value, AsyncGeneratorType) else value))


def raised(error: BaseException) -> Ending:
    """What an exception says about the end of its call."""
    match error:
        case Skip():
            return Ending(Outcome(state=State.SKIPPED, reason=Reason.BY_JOB, error=_words(error) or None))
        case Retry():
            return Ending(
                Outcome(
                    state=State.FAILED,
                    reason=Reason.EXCEPTION,
                    error=_words(error),
                    exception=_names(error),
                    retry_after=error.after,
                )
            )
        case SystemExit():
            return Ending(_asked_to_exit(error.code))
        case _:
            return _failed(error)


def _failed(error: BaseException) -> Ending:
    """`failed(exception)` with the traceback from the job's own first frame on."""
    text = _shortened(Masking(os.environ).text(_whole(error)))
    outcome = Outcome(state=State.FAILED, reason=Reason.EXCEPTION, error=text, exception=_names(error))
    return Ending(outcome, frames_of(_own_frames(error.__traceback__)))


def _words(error: BaseException) -> str:
    try:
        return written(str(error))
    except Exception as broken:  # noqa: BLE001 (somebody's __str__)
        return f"<{type(error).__qualname__} whose words fail: {type(broken).__name__}>"


def _names(error: BaseException) -> tuple[str, ...]:
    return tuple(
        f"{kind.__module__}.{kind.__qualname__}"
        for kind in type(error).__mro__
        if issubclass(kind, BaseException) and kind is not BaseException
    )


def told(error: BaseException) -> str:
    """The traceback as text, without our frames, shortened in the middle."""
    return _shortened(_whole(error))


def _whole(error: BaseException) -> str:
    first = _own_frames(error.__traceback__)
    return "".join(traceback.TracebackException(type(error), error, first).format())


def _shortened(text: str) -> str:
    if len(text) <= MAX_TRACEBACK:
        return text
    keep = MAX_TRACEBACK // 2
    return f"{text[:keep]}\n[… {len(text) - 2 * keep} characters left out …]\n{text[-keep:]}"


def _own_frames(trace: TracebackType | None) -> TracebackType | None:
    """From the job's first frame on; nothing where only its caller's are there (wrong arguments)."""
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_CALLERS):
        trace = trace.tb_next
    return trace


def returned(value: Any, form: Form = JSON) -> Ending:
    """What a value says about the end of its call."""
    if value is None:
        return _SUCCEEDED
    try:
        result = form.write(value)
    except Exception as error:  # noqa: BLE001 (whatever the value's own code raised when it was looked at)
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        return _bad_result(f"the result ({kind}) cannot be written as {form.name}: {_words(error)}")
    if len(result) > MAX_RESULT:
        return _bad_result(
            f"the result is {len(result):,} bytes of {form.name}, more than the {MAX_RESULT:,} that are kept: store it "
            "elsewhere and return where"
        )
    return Ending(Outcome(state=State.SUCCEEDED, result=result))


def _bad_result(error: str) -> Ending:
    return Ending(Outcome(state=State.FAILED, reason=Reason.RESULT, error=error))


def _asked_to_exit(code: object) -> Outcome:
    """`sys.exit(…)` as the interpreter takes it: nothing is 0, words go to stderr and are 1."""
    if code is None or isinstance(code, int):
        return exit_code((code or 0) & 0xFF)
    sys.stderr.write(f"{code}\n")
    return exit_code(1)


def _exhaust(generator: Generator[Any, None, Any]) -> Any:
    last = None
    try:
        while True:
            last = next(generator)
    except StopIteration as end:
        return last if end.value is None else end.value


async def exhaust_async(generator: AsyncIterator[Any]) -> Any:
    last = None
    async for last in generator:  # noqa: B007 (the last one is the result)
        pass
    return last


async def _alone(value: Awaitable[Any]) -> Any:
    """Tasks that the job leaves behind must not go on in the next call."""
    import asyncio

    try:
        return await value
    finally:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
