"""An ETL of six functions that pass values: `tickwork up --app examples.etl`, from the root of the project; then

tickwork run report --with-deps --wait     # all six, in order, as one group
tickwork graph report                      # how they stand on each other
tickwork show RUN                          # progress bars, results, the runs that were used

    shops ──► sales (20 of them, 5 at a time) ──┬──► stock ──┐
                                                └──► totals ─┴──► report
                             rates (flaky) ──────────┘
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from tickwork import current_run, every, job, report_progress, result_of, task
from tickwork.app.progress import tqdm

CENTS = Decimal("0.01")
FAILURES = 2


@dataclass
class Sale:
    article: str
    amount: int
    price: Decimal
    currency: str


@task
def shops() -> dict[str, int]:
    """The shops, and how many orders each has."""
    return {f"shop-{n:02}": 40 + n for n in range(20)}


@task(needs="shops", map={"over": "shops", "parallel": 5}, args=[result_of("shops")])
def sales(orders: int) -> list[Sale]:
    """Called for each shop with its own number of orders; the whole is a table by shop."""
    currencies = ("EUR", "USD", "SEK")
    return [
        Sale(f"article-{n % 7}", n % 5 + 1, Decimal(n * 3 + 1), currencies[n % 3])
        for n in tqdm(range(orders), desc="orders")
    ]


@task(retries={"count": 3, "delay": "100ms", "backoff": "exponential"})
def rates() -> dict[str, Decimal]:
    """The other side does not answer at once."""
    if current_run.attempt <= FAILURES:
        raise ConnectionError(f"no answer at attempt {current_run.attempt}")
    return {"EUR": Decimal(1), "USD": Decimal("0.86"), "SEK": Decimal("0.09")}


@task(needs=["sales", "rates"], kwargs={"by_shop": result_of("sales"), "rates": result_of("rates")})
def totals(by_shop: dict[str, list[Sale]], rates: dict[str, Decimal]) -> dict[str, Decimal]:
    """What each shop sold, in euros; a bar for each shop, their parent adds them up."""
    found = {}
    for shop, sold in by_shop.items():
        total = Decimal(0)
        for done, sale in enumerate(sold, start=1):
            total += sale.amount * sale.price * rates[sale.currency]
            report_progress(("shops", shop), done, len(sold))
        found[shop] = total.quantize(CENTS)
    return found


@task(needs="sales", args=[result_of("sales")])
def stock(by_shop: dict[str, list[Sale]]) -> dict[str, int]:
    """How many of each article went."""
    gone: dict[str, int] = {}
    for sale in (sale for sold in by_shop.values() for sale in sold):
        gone[sale.article] = gone.get(sale.article, 0) + sale.amount
    return gone


@job(
    needs=["totals", "stock"],
    kwargs={"totals": result_of("totals"), "stock": result_of("stock")},
    schedule=every("1h"),
)
def report(totals: dict[str, Decimal], stock: dict[str, int]) -> str:
    """Every hour from what there is; `--with-deps` first makes what is missing or outdated of it."""
    best = max(totals, key=lambda shop: totals[shop])
    report_progress(None, 1, 1, "written")
    current_run.log.info("best of %d shops: %s", len(totals), best)
    return f"{datetime.now(UTC):%Y-%m-%d}: {sum(stock.values())} sold for {sum(totals.values())} EUR"
