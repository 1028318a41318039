"""Jobs that pass on what they return."""

from tickwork import Skip, result_of, task


@task
def extract() -> list[dict[str, int]]:
    return [{"n": n} for n in range(4)]


@task(needs=extract, args=[{"rows": result_of(extract)}], kwargs={"factor": 10})
def transform(deep: dict, factor: int) -> dict[str, int]:
    return {f"key{row['n']}": row["n"] * factor for row in deep["rows"]}


@task(needs=transform, map={"over": transform, "parallel": 2, "dependants": "successful"}, args=[result_of(transform)])
def load(value: int) -> int:
    if value == 20:
        raise ValueError("twenty")
    if value == 30:
        raise Skip("thirty")
    return value + 1


@task(needs=load, kwargs={"loaded": result_of(load)})
def report(loaded: dict[str, int]) -> dict[str, int]:
    return loaded
