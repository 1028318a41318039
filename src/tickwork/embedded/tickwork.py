"""The object that an application holds."""

import asyncio
import importlib
from collections.abc import Callable, Coroutine, Iterable, Mapping
from types import ModuleType, TracebackType
from typing import Any, Self, TypeVar

from tickwork.app import binding
from tickwork.app.definition import JobFunction
from tickwork.app.places import absent_in
from tickwork.app.registry import distinct, jobs_of
from tickwork.config import environment, load
from tickwork.core.clock import Clock
from tickwork.core.model import Call, Job, Run
from tickwork.embedded.engine import Engine
from tickwork.embedded.handle import RunHandle
from tickwork.errors import InvalidSetting, NotConnected
from tickwork.operations import Operations
from tickwork.worker.processes import Preload

T = TypeVar("T")
Jobs = ModuleType | str | Iterable[JobFunction[..., Any]]


class Tickwork:
    """Scheduler and worker inside this process, over a store.

        async with Tickwork("sqlite:///app.db", jobs="shop.jobs") as tw:     or     with Tickwork(…) as tw:
            run = await tw.asubmit(nightly, day="2026-11-25")                          run = tw.submit(nightly, …)
            print(await run.aresult())                                                 print(run.result())

    Several processes may do this on one store (gunicorn's workers): nothing runs twice. On SQLite one of them works and
    the others stand by to take over; all of them can submit. It installs no signal handlers and prints nothing; what
    happens is logged under `tickwork`.
    """

    def __init__(
        self,
        store: str | None = None,
        *,
        jobs: Jobs = (),
        name: str | None = None,
        serve: bool = True,
        env: Mapping[str, str] | None = None,
        workers: int | None = None,
        pool: str | None = None,
        lease: float | None = None,
        grace: float | None = None,
    ) -> None:
        """`store`: a URL; None: `$TICKWORK_STORE`, else a file in the user's data folder. `jobs`: a module, its name,
        or decorated functions. `name`: of the board that they make up (default: `app:<module>`). `serve=False`: only
        submit, others do the work. `env`: variables that jobs find beside a minimal environment. The rest as in
        `Settings`. Raises `InvalidSetting` and `InvalidDefinition`.
        """
        self._settings = load(environment(), store=store, workers=workers, pool=pool, lease=lease, grace=grace)
        self._functions = _functions(jobs)
        self._app = _app(self._functions)
        self._board = name or f"app:{self._app or 'none'}"
        self._definitions = [self._define(function) for function in self._functions]
        self._env = dict(env or {})
        self._serves = serve
        self._clock: Clock | None = None
        self._engine: Engine | None = None

    def _define(self, function: JobFunction[..., Any]) -> Job:
        return function.definition(app=self._app)

    # -- its life --

    def start(self) -> Self:
        """Returns when runs can be submitted. Raises `TickworkError`."""
        if self._engine is not None:
            raise InvalidSetting("this Tickwork is started already")
        engine = self._make_engine()
        engine.start()
        self._engine = engine
        binding.activate(self)
        return self

    def _make_engine(self) -> Engine:
        return Engine(
            settings=self._settings,
            board=self._board,
            jobs=self._definitions,
            preload=_preload(self._definitions),
            env=self._env,
            serves=self._serves,
            clock=self._clock,
        )

    def stop(self) -> None:
        """Let running jobs finish for `grace` seconds, then kill them. Returns when everything has ended."""
        binding.deactivate(self)
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)

    # -- submitting --

    def submit(self, job: JobFunction[..., Any] | str, /, **params: Any) -> RunHandle:
        """Queue a run of a job (a decorated function, or a job's name). It is durable when this returns.

        Raises `InvalidParameter` for parameters that the job does not take, `NotFound`.
        """
        engine = self._running()
        return self._handle(engine, job, engine.ask(lambda: _queue(engine, job, params)).result())

    async def asubmit(self, job: JobFunction[..., Any] | str, /, **params: Any) -> RunHandle:
        """`submit`, for coroutines."""
        engine = self._running()
        return self._handle(engine, job, await asyncio.wrap_future(engine.ask(lambda: _queue(engine, job, params))))

    @property
    def operations(self) -> Operations:
        """All verbs, to be used through `call` or `acall`."""
        return self._running().operations

    def call(self, verb: Callable[[Operations], Coroutine[Any, Any, T]]) -> T:
        """`tw.call(lambda ops: ops.switches.pause("nightly"))`."""
        engine = self._running()
        return engine.ask(lambda: verb(engine.operations)).result()

    async def acall(self, verb: Callable[[Operations], Coroutine[Any, Any, T]]) -> T:
        """`call`, for coroutines."""
        engine = self._running()
        return await asyncio.wrap_future(engine.ask(lambda: verb(engine.operations)))

    def _running(self) -> Engine:
        if self._engine is None:
            raise NotConnected(
                "this Tickwork is not started; use `with Tickwork(…)`, `async with Tickwork(…)` or start()"
            )
        return self._engine

    @staticmethod
    def _handle(engine: Engine, job: JobFunction[..., Any] | str, run: Run) -> RunHandle:
        return RunHandle(run=run, engine=engine, function=job if isinstance(job, JobFunction) else None)


async def _queue(engine: Engine, job: JobFunction[..., Any] | str, params: Mapping[str, Any]) -> Run:
    name = job.id if isinstance(job, JobFunction) else job
    return await engine.operations.runs.run(name, params=params)


def _functions(jobs: Jobs) -> list[JobFunction[..., Any]]:
    if isinstance(jobs, str):
        jobs = _module(jobs)
    if isinstance(jobs, ModuleType):
        return jobs_of(jobs)
    if not isinstance(jobs, Iterable):
        raise InvalidSetting(f"jobs: {jobs!r} is neither a module nor its name; write jobs=[…] for single jobs")
    functions = list(jobs)
    for function in functions:
        if not isinstance(function, JobFunction):
            raise InvalidSetting(f"jobs: {function!r} is no job; decorate it with @job or @task")
    return distinct(functions)


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (missing := absent_in(name, error)) is None:
            raise
        raise InvalidSetting(f"jobs: there is no module {missing!r} on the Python path") from None


def _app(functions: list[JobFunction[..., Any]]) -> str | None:
    return functions[0].importable if functions else None


def _preload(jobs: list[Job]) -> Preload | None:
    calls = [job.task for job in jobs if isinstance(job.task, Call)]
    if not calls:
        return None
    modules = dict.fromkeys(call.target.partition(":")[0] for call in calls)
    apps = dict.fromkeys(call.app for call in calls if call.app)
    return Preload(
        modules=tuple(modules), apps=tuple(apps), paths=tuple(dict.fromkeys(call.path for call in calls if call.path))
    )
