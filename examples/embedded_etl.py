"""The ETL inside a web application: `uvicorn examples.embedded_etl:api`, then `curl -X POST localhost:8000/report`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from examples import etl
from tickwork import Tickwork


@asynccontextmanager
async def lifespan(api: FastAPI) -> AsyncIterator[None]:
    async with Tickwork("sqlite:///etl.db", jobs=etl) as api.state.tickwork:
        yield


api = FastAPI(lifespan=lifespan)


@api.post("/report", status_code=202)
async def make_report() -> dict[str, str]:
    """Runs it with all that it stands on, as far as that is missing or outdated."""
    run = await api.state.tickwork.acall(lambda ops: ops.graphs.run("report", deps=True))
    return {"run": run.id}


@api.get("/report/{run}")
async def read_report(run: str) -> dict[str, str | None]:
    detail = await api.state.tickwork.acall(lambda ops: ops.runs.detail(run))
    return {"state": detail.run.state, "report": (detail.result or b"").decode() or None}
