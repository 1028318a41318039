"""Jobs inside a web application: `pip install fastapi uvicorn`, then `uvicorn embedded_fastapi:api --workers 4`.

Of the four processes one works and the others stand by; all of them submit.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app import pages, primes
from fastapi import FastAPI, HTTPException

from tickwork import Tickwork, TickworkError


@asynccontextmanager
async def lifespan(_api: FastAPI) -> AsyncIterator[None]:
    async with Tickwork("sqlite:///web.db", jobs=[primes, pages]):
        yield


api = FastAPI(lifespan=lifespan)


@api.post("/primes/{below}")
async def count_primes(below: int) -> dict[str, int]:
    """Waits for the result; the work is done in another process."""
    return await primes.arun(below=below)


@api.post("/pages", status_code=202)
async def read_pages(urls: list[str]) -> dict[str, str]:
    try:
        run = await pages.asubmit(urls=urls)
    except TickworkError as error:
        raise HTTPException(422, str(error)) from None
    return {"run": run.id}
