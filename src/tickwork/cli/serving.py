"""The long-running commands. What they do while they run is in `serve`."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from tickwork.cli.acting import here_only, store_option
from tickwork.cli.enrolling import enroll_command
from tickwork.cli.output import say
from tickwork.config import environment, load
from tickwork.config_file import read_job_runner
from tickwork.core.containment import Containment

if TYPE_CHECKING:
    from tickwork.cli.jobsched import Catalogue

F = TypeVar("F", bound=Callable[..., Any])


def _server_options(function: F) -> F:
    return _all_of(
        store_option,
        click.option(
            "--accept-loss",
            is_flag=True,
            default=None,
            help="Work also on a store that may lose jobs and runs: a Redis server that evicts or forgets.",
        ),
        click.option("--config", metavar="FILE", help="A tickwork.toml with settings. Default: $TICKWORK_CONFIG."),
        click.option("--lines", is_flag=True, help="One line per event, also in a terminal."),
        click.option(
            "--log-format", type=click.Choice(["text", "json"]), help="Lines, or JSON objects (default text)."
        ),
        click.option(
            "--log-level",
            type=click.Choice(["debug", "info", "warning", "error"]),
            help="Say what is at least as grave as that (default info).",
        ),
    )(function)


def _web_options(function: F) -> F:
    return _all_of(
        click.option("--listen", metavar="ADDRESS", help="Serve pages and REST there (default 127.0.0.1)."),
        click.option("--port", type=int, metavar="N", help="On this port (default 8425, or another that is free)."),
        click.option("--web/--no-web", default=None, help="Serve pages and REST, or do not (default: do)."),
        click.option(
            "--no-auth", is_flag=True, default=None, help="Whoever can reach it may do everything; loopback only."
        ),
        click.option(
            "--insecure", is_flag=True, default=None, help="Listen beyond this machine without TLS: a proxy does that."
        ),
        click.option("--tls-cert", metavar="FILE", help="The certificate with its chain; with it comes --tls-key."),
        click.option("--tls-key", metavar="FILE", help="The certificate's key."),
        click.option("--hosts", metavar="NAMES", help="Names it answers to beside its own address, with commas."),
    )(function)


def _worker_options(function: F) -> F:
    return _all_of(
        click.option("--workers", type=int, metavar="N", help="Runs at a time (default 4)."),
        click.option("--name", "worker_name", metavar="NAME", help="The worker's name (default: the host's)."),
        click.option("--pool", metavar="A,B", help="The pools whose runs it takes (default: default)."),
        click.option("--labels", metavar="A,B", help="What it has that not every worker has; jobs may ask for it."),
        click.option(
            "--http-allow",
            metavar="A,B",
            help="Networks and names that requests over HTTP may reach beside the public internet.",
        ),
        click.option(
            "--lease",
            type=float,
            metavar="SECONDS",
            help="Silence after which the worker counts as dead and its runs are settled (default 15).",
        ),
        click.option(
            "--containment",
            type=click.Choice([rung.value for rung in Containment]),
            help="What holds the processes of a run together (default auto: the strongest that works).",
        ),
        click.option("--grace", type=float, metavar="SECONDS", help="What a stop waits for running jobs (default 30)."),
    )(function)


def _app_option(function: F) -> F:
    return click.option(
        "--app", "apps", multiple=True, metavar="MODULE", help="A Python module whose @jobs are to run."
    )(function)


def _all_of(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


@click.command("up")
@here_only("up runs everything itself, on a store; a worker of that server is `tickwork worker --server URL`")
@click.argument("boards", nargs=-1, metavar="[BOARD]...", type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help="Run example jobs, in a store of their own that goes at the end.")
@_app_option
@click.option("--watch", is_flag=True, help="Apply boards and apps again whenever their files change.")
@click.option("--conf-dir", metavar="DIR", type=click.Path(path_type=Path), help="Jobsched's folder of catalog.cfg …")
@click.option("--tasks-dir", metavar="DIR", type=click.Path(path_type=Path), help="… and that of its task files.")
@_worker_options
@_web_options
@_server_options
def up_command(
    *,
    boards: tuple[Path, ...],
    apps: tuple[str, ...],
    demo: bool,
    watch: bool,
    conf_dir: Path | None,
    tasks_dir: Path | None,
    lines: bool,
    **flags: Any,
) -> int:
    """Run everything on this machine: the scheduler and a worker, over one store.

    The boards given are applied first; without one, what is in the store runs.
    The first Ctrl-C (or TERM) stops and lets running jobs finish, the second kills them.
    """
    from tickwork.cli.demo import demo_store
    from tickwork.cli.serve import Plan, serve

    catalogue = _catalogue(conf_dir, tasks_dir)
    if catalogue is not None and flags["port"] is None:
        flags["port"] = catalogue.port
    with demo_store(wanted=demo, given=flags["store"]) as store:
        settings = load(environment(), **{**flags, "store": store}, tables=("server", "worker"))
        plan = Plan(
            settings=settings,
            boards=boards,
            catalogue=catalogue,
            apps=apps,
            demo=demo,
            watch=watch,
            lines=lines,
            scheduler=True,
            worker=True,
        )
        return asyncio.run(serve(plan))


def _catalogue(conf_dir: Path | None, tasks_dir: Path | None) -> "Catalogue | None":
    """What Jobsched's two folders say, where they are given."""
    if conf_dir is None and tasks_dir is None:
        return None
    if conf_dir is None or tasks_dir is None:
        raise click.UsageError("--conf-dir and --tasks-dir go together")
    from tickwork.cli.jobsched import read_catalogue

    return read_catalogue(conf_dir, tasks_dir)


@click.command("server")
@here_only("this command is the server, on a store that --store names; several may share one")
@click.argument("boards", nargs=-1, metavar="[BOARD]...", type=click.Path(path_type=Path))
@click.option("--watch", is_flag=True, help="Apply the boards again whenever their files change.")
@_web_options
@_server_options
def server_command(*, boards: tuple[Path, ...], watch: bool, lines: bool, **flags: Any) -> int:
    """Run the scheduler without a worker."""
    from tickwork.cli.serve import Plan, serve

    settings = load(environment(), **flags, tables=("server",))
    return asyncio.run(
        serve(Plan(settings=settings, boards=boards, watch=watch, lines=lines, scheduler=True, worker=False))
    )


@click.group("worker", invoke_without_command=True)
@click.option("--server", metavar="URL", help="Of this server, by HTTP; else on the store itself.")
@click.option("--key-file", metavar="FILE", help="The worker's key for the server, readable by you alone.")
@click.option("--server-ca", metavar="FILE", help="Certificates to trust instead of the system's.")
@click.option(
    "--config-path",
    metavar="FILE",
    envvar="JOB_RUNNER_WORKER_CONFIG",
    help="The file of a Job-Runner worker ([job_runner_worker]); what it says and means nothing here is told.",
)
@_app_option
@_worker_options
@_server_options
@click.pass_context
def worker_command(
    context: click.Context,
    /,
    *,
    lines: bool,
    apps: tuple[str, ...],
    config_path: str | None,
    **flags: Any,
) -> int | None:
    """Run a worker: of a server (--server, all it needs is a key), or on a store that a server looks after."""
    if context.invoked_subcommand is not None:
        return None
    from tickwork.cli.serve import Plan, serve

    settings = load(environment(), given=_job_runners(config_path), **flags, tables=("worker",))
    if settings.server:
        from tickwork.cli.remote_worker import serve_remotely

        return asyncio.run(serve_remotely(settings, apps=apps))
    return asyncio.run(serve(Plan(settings=settings, apps=apps, lines=lines, scheduler=False, worker=True)))


def _job_runners(path: str | None) -> dict[str, str]:
    if path is None:
        return {}
    values, warnings = read_job_runner(Path(path))
    for warning in warnings:
        say(warning)
    return values


worker_command.add_command(enroll_command)
