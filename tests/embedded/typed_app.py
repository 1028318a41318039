"""Jobs whose results are more than what JSON has."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import msgspec
import pydantic

from tickwork import result_of, task


@dataclass
class Line:
    price: Decimal
    at: datetime


class Order(msgspec.Struct):
    id: UUID
    lines: list[Line]
    blob: bytes


class Customer(pydantic.BaseModel):
    name: str
    since: datetime


NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@task
def order() -> Order:
    return Order(id=UUID(int=1), lines=[Line(Decimal("1.10"), NOON)], blob=b"\x00\xff")


@task
def customer(name: str) -> Customer:
    return Customer(name=name, since=NOON)


@task
def opens() -> None:
    return Path("/dev/null").open()


@task(pickle=True)
def makes() -> complex:
    return {1 + 2j: {3}, "noon": NOON}


@task(pickle=True)
def refuses() -> None:
    return Path("/dev/null").open("rb")


@task(needs=makes, args=[result_of(makes)], pickle=True)
def takes(made: dict) -> str:
    return sorted(map(repr, made))


@task(needs=makes, args=[result_of(makes)])
def takes_without_asking(made: dict) -> str:
    return str(made)


@task(mode="thread", pickle=True)
def makes_in_a_thread() -> tuple:
    return (1, 2)


@task(mode="async", pickle=True)
async def makes_in_a_coroutine() -> tuple:
    return (3, 4)


class Mute(Exception):
    """Cannot be told in words."""

    def __str__(self) -> str:
        raise RuntimeError

    def __reduce__(self):
        raise RuntimeError


@task
def raises_the_unspeakable() -> None:
    raise Mute
