"""What people read: mails say what is wrong once, in moments to the second, and lead to where there is more."""

import msgspec

from tests.house import every, job
from tests.runtime.notify.conftest import Noticing
from tickwork.core.channels import Channel, Mail
from tickwork.core.clock import SECOND, Duration, Instant
from tickwork.core.model import Scope
from tickwork.core.notices import Notice, delivery
from tickwork.core.rules import Occasion, Rule
from tickwork.runtime.notify.wording import Evidence, digest, single

OPS = Channel(name="ops", way=Mail(to=("ops@example.com",)))
AT = Instant(1_795_687_274_683_087)


def notice(number: int = 0, **fields) -> Notice:
    sentence = f"backup, due 2026-11-26T10:01:14.683087Z, failed (exit code {number}): exit status {number}"
    known = {"occasion": Occasion.FAILED, "about": str(number), "at": AT, "title": "backup failed", "job": "backup"}
    return Notice(**{**known, "sentence": sentence, "run": f"01run{number}", **fields})


def test_a_mail_says_the_error_once_and_moments_to_the_second():
    message = single(OPS, delivery("ops", notice(3)), Evidence(error="exit status 3", log="no space\n"), url="")
    assert message.text == (
        "backup, due 2026-11-26 10:01:14 UTC, failed (exit code 3): exit status 3\n\n"
        "job:      backup\n"
        "run:      01run3\n\n"
        "The last lines of its log:\nno space\n"
    )
    assert message.data["sentence"].startswith("backup, due 2026-11-26T10:01:14.683087Z"), "exact for programs"


def test_an_error_that_tells_more_than_the_sentence_is_told():
    traceback = "Traceback (most recent call last):\nKeyError: 'age'"
    assert f"\nError:\n{traceback}\n" in single(OPS, delivery("ops", notice()), Evidence(error=traceback), url="").text


def test_a_digest_counts_by_what_happened_and_leads_to_each_run():
    title, sentence = "pool gpu is unresponsive", "pool gpu: no worker"
    pool = notice(9, occasion=Occasion.POOL, title=title, sentence=sentence, job=None, run=None)
    deliveries = [delivery("ops", one) for one in (*(notice(n) for n in range(2)), pool)]
    assert digest(OPS, deliveries, url="https://t.example", now=AT).text == (
        "3 notices, of 2026-11-26 10:01:14 UTC to 2026-11-26 10:01:14 UTC:\n\n"
        "2 × backup failed\n"
        "1 × pool gpu is unresponsive\n\n"
        "- backup, due 2026-11-26 10:01:14 UTC, failed (exit code 0): exit status 0\n"
        "  https://t.example/ui/runs/01run0\n"
        "- backup, due 2026-11-26 10:01:14 UTC, failed (exit code 1): exit status 1\n"
        "  https://t.example/ui/runs/01run1\n"
        "- pool gpu: no worker\n\n"
        "https://t.example/ui/\n"
    )
    assert "  tickwork show 01run1\n" in digest(OPS, deliveries, url="", now=AT).text


def test_a_large_digest_tells_twenty_and_how_many_there_are_more():
    many = [delivery("ops", notice(n, title=f"job {n} failed")) for n in range(25)]
    text = digest(OPS, many, url="", now=AT).text
    assert "… and 5 more kinds\n" in text
    assert "… and 5 more notices\n" in text


async def test_what_is_late_or_takes_too_long_says_how_long_it_should_be(noticing: Noticing):
    ops = noticing.house.ops
    await ops.notify.put_channel(OPS)
    await ops.notify.add_rule(Scope.INSTANCE, "", Rule(channels=("ops",), on=(Occasion.LATE, Occasion.TOO_LONG)))
    limits = {"late_after": Duration(60 * SECOND), "too_long": Duration(5 * SECOND)}
    await ops.jobs.apply("board", [msgspec.structs.replace(job("backup", every(3600)), **limits)])
    await ops.runs.run("backup")
    noticing.house.clock.advance(61)
    await noticing.watch.look()
    [claim] = await noticing.house.claim(await noticing.house.session())
    await noticing.house.start(claim)
    noticing.house.clock.advance(6)
    await noticing.watch.look()
    await noticing.sender.send()
    late, long = (message.text.split("\n")[0] for _, message in noticing.post.taken)
    assert late.endswith("; it has been ready since 2026-01-01 00:00:00 UTC, and no worker began it within 1m")
    assert long.endswith("; that is longer than 5s")
