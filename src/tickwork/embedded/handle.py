"""A run that was submitted, in the hands of who submitted it."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import msgspec

from tickwork.app.definition import JobFunction
from tickwork.app.pickling import has_pickles, unpickled
from tickwork.app.signature import converted, read_signature
from tickwork.core.codec import from_json
from tickwork.core.ids import RunId
from tickwork.core.model import Run
from tickwork.core.states import State
from tickwork.embedded.engine import Engine
from tickwork.errors import PickleRefused, RunFailed
from tickwork.store.protocol import Chunk, RunDetail, Stream


class RunHandle:
    """Its methods block, those that begin with `a` are for coroutines. It can be asked from any thread."""

    def __init__(self, *, run: Run, engine: Engine, function: JobFunction[..., Any] | None = None) -> None:
        self.id: RunId = run.id
        self.job = run.job
        self._engine = engine
        self._function = function

    def __repr__(self) -> str:
        return f"<run {self.id} of {self.job}>"

    def result(self, timeout: float | None = None) -> Any:
        """What the job returned: JSON, made into what its return annotation says.

        Waits at most `timeout` seconds (then `TimeoutError`; the run goes on). Raises `RunFailed` for a run that was
        not successful, and `PickleRefused` for a pickled result unless it was submitted by the decorated function,
        with `pickle=True`, and is signed with the key in use here.
        """
        return self._value(self._engine.ask(lambda: self._ended(timeout)).result())

    async def aresult(self, timeout: float | None = None) -> Any:  # noqa: ASYNC109 (as `result`)
        return self._value(await asyncio.wrap_future(self._engine.ask(lambda: self._ended(timeout))))

    @property
    def state(self) -> State:
        """Where it stands now."""
        return self._engine.ask(lambda: self._engine.operations.runs.detail(self.id)).result().run.state

    async def astate(self) -> State:
        detail = await asyncio.wrap_future(self._engine.ask(lambda: self._engine.operations.runs.detail(self.id)))
        return detail.run.state

    def cancel(self, why: str = "") -> None:
        """Cancel it, at once if it has not begun, else by TERM, grace, KILL. One that is over stays as it is."""
        self._engine.ask(lambda: self._engine.operations.runs.kill(self.id, why=why)).result()

    async def acancel(self, why: str = "") -> None:
        await asyncio.wrap_future(self._engine.ask(lambda: self._engine.operations.runs.kill(self.id, why=why)))

    def logs(self) -> str:
        """What it printed and logged so far, in order."""
        return self._engine.ask(self._text).result()

    async def alogs(self) -> str:
        return await asyncio.wrap_future(self._engine.ask(self._text))

    async def _ended(self, timeout: float | None) -> RunDetail:  # noqa: ASYNC109 (one wait for both kinds of callers)
        async with asyncio.timeout(timeout):
            return await self._engine.ended(self.id)

    async def _text(self) -> str:
        return "".join([_said(chunk) async for chunk in self._engine.operations.runs.log(self.id)])

    def _value(self, detail: RunDetail) -> Any:
        run = detail.run
        if run.state is not State.SUCCEEDED:
            reason = f" ({run.reason})" if run.reason is not None else ""
            raise RunFailed(
                f"run {run.id} of {run.job} {run.state}{reason}" + (f": {run.note}" if run.note else ""),
                run=run.id,
                state=run.state,
                reason=run.reason,
                error=detail.error,
            )
        value = None if detail.result is None else from_json(detail.result, object)
        if has_pickles(value):
            return self._unpickled(value)
        return value if self._function is None else _as_annotated(value, self._function.function)

    def _unpickled(self, value: Any) -> Any:
        if self._function is None or not self._function.pickle:
            raise PickleRefused(
                f"the result of run {self.id} of {self.job} is pickled; it is only unpickled for who submits the "
                "decorated function, with pickle=True"
            )
        return unpickled(value, key=self._engine.signing.value)


def _as_annotated(value: Any, function: Callable[..., Any]) -> Any:
    """What the function says that it returns; the plain value where that cannot be made of it."""
    if isinstance(function, type) or inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return value
    signature = read_signature(function)
    if signature is None or signature.return_annotation in {signature.empty, None, Any}:
        return value
    try:
        return converted(value, signature.return_annotation)
    except msgspec.ValidationError:
        return value


def _said(chunk: Chunk) -> str:
    match chunk.stream:
        case Stream.FRAMES:
            return ""
        case Stream.RECORD:
            record = from_json(chunk.data, dict[str, str])
            trace = f"\n{record['exception'].rstrip()}" if "exception" in record else ""
            return f"{record['level']} {record['logger']}: {record['message']}{trace}\n"
        case _:
            return chunk.data.decode(errors="replace")
