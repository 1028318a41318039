"""Functions that do next to nothing."""


def neg(n: int) -> int:
    return -n


async def neg_later(n: int) -> int:
    return -n
