"""What becomes of a crontab's lines."""

from pathlib import Path

import pytest

from tickwork.boards.crontab import Crontab, parse_crontab, split_percent
from tickwork.boards.crontab_names import name_of
from tickwork.core.clock import MINUTE
from tickwork.core.model import Delivery, Job, Overlap, Shell
from tickwork.core.timing.schedule import CatchUp, Cron, Reboot

EXAMPLE = Path(__file__).parents[2] / "examples" / "system-crontab"


def user_crontab(text: str) -> Crontab:
    return parse_crontab(text, system=False, name="crontab", zone="Europe/Amsterdam")


def only_job(text: str) -> Job:
    crontab = user_crontab(text)
    assert crontab.problems == ()
    (job,) = crontab.jobs
    return job


def test_a_line_becomes_a_job_that_behaves_as_under_cron() -> None:
    job = only_job("HOME=/srv\n30 2 * * *\ttar czf /backup/etc.tgz /etc\n")

    assert (job.id, job.task) == ("tar", Shell(command="tar czf /backup/etc.tgz /etc"))
    (schedule,) = job.schedules
    assert (schedule.trigger, schedule.zone) == (Cron(expression="30 2 * * *"), "Europe/Amsterdam")
    assert (schedule.catch_up, job.overlap, job.delivery) == (CatchUp.NONE, Overlap.ALLOW, Delivery.AT_MOST_ONCE)
    assert (job.env, job.cwd, job.user) == ({"PATH": "/usr/bin:/bin", "HOME": "/srv"}, "/srv", None)


def test_without_home_a_job_runs_in_the_home_of_its_user() -> None:
    (job,) = parse_crontab("@daily root x", system=True, name="crontab", zone="UTC").jobs

    assert (job.user, job.cwd) == ("root", "/root")


def test_a_user_that_is_not_known_here_leaves_the_folder_open() -> None:
    (job,) = parse_crontab("@daily no-such-user x", system=True, name="crontab", zone="UTC").jobs

    assert (job.user, job.cwd) == ("no-such-user", None)


def test_variables_hold_for_the_lines_below_them() -> None:
    crontab = user_crontab("""
        A=1
        @daily one
        A = 2
        "B" = ' two words '
        C="it's"
        D=
        @daily two
    """)

    one, two = (job.env for job in crontab.jobs)
    assert one["A"] == "1"
    assert {key: two[key] for key in "ABCD"} == {"A": "2", "B": " two words ", "C": "it's", "D": ""}


def test_variables_are_not_expanded() -> None:
    assert only_job("PATH=$HOME/bin:/bin\n@daily x\n").env["PATH"] == "$HOME/bin:/bin"


def test_the_user_name_is_not_a_crontab_s_to_change() -> None:
    assert "LOGNAME" not in only_job("LOGNAME=root\n@daily x\n").env


@pytest.mark.parametrize(
    ("line", "mailto"), [("", None), ("MAILTO=ops@example.com", "ops@example.com"), ('MAILTO=""', "")]
)
def test_mailto_is_kept(line: str, mailto: str | None) -> None:
    job = only_job(f"{line}\n@daily x\n")

    assert job.mailto == mailto
    assert "MAILTO" not in job.env


def test_cron_tz_is_the_zone_of_what_follows_and_tz_is_only_a_variable() -> None:
    first, second = user_crontab("TZ=Asia/Tokyo\n@daily x\nCRON_TZ=America/New_York\n@daily x\n").jobs

    assert (first.schedules[0].zone, first.env["TZ"]) == ("Europe/Amsterdam", "Asia/Tokyo")
    assert second.schedules[0].zone == "America/New_York"


def test_random_delay_spreads_what_follows() -> None:
    assert only_job("RANDOM_DELAY=45\n@daily x\n").schedules[0].spread == 45 * MINUTE


@pytest.mark.parametrize("shell", ["/bin/sh", "/usr/bin/sh", "sh"])
def test_sh_runs_the_command_as_it_stands(shell: str) -> None:
    assert only_job(f"SHELL={shell}\n@daily echo 'a'\n").task == Shell(command="echo 'a'")


def test_another_shell_is_handed_the_command() -> None:
    job = only_job("SHELL=/bin/bash\n@daily echo 'a' %in\n")

    assert job.task == Shell(command="""exec /bin/bash -c 'echo '"'"'a'"'"' '""", stdin="in\n")


@pytest.mark.parametrize(
    ("command", "line", "stdin"),
    [
        ("cat", "cat", None),
        ("cat%", "cat", None),
        ("cat%hello", "cat", "hello\n"),
        ("cat%hello%%world%", "cat", "hello\n\nworld\n"),
        (r"date +\%F", "date +%F", None),
        (r"date +\%F%in\%put", "date +%F", "in%put\n"),
        (r"echo \\%in", r"echo \\", "in\n"),
        (r"echo \\\%x", r"echo \\%x", None),
        (r"echo \n\t", r"echo \n\t", None),
        (r"cat%a\b", "cat", "a\\b\n"),
        ("cat%%", "cat", "\n"),
    ],
)
def test_a_percent_sign_ends_the_command_and_begins_its_input(command: str, line: str, stdin: str | None) -> None:
    assert split_percent(command) == (line, stdin)


@pytest.mark.parametrize(
    ("when", "trigger"),
    [
        ("@reboot", Reboot()),
        ("@hourly", Cron(expression="@hourly")),
        ("@every 90s", Cron(expression="@every 90s")),
        ("*/5\t*   * * mon-fri", Cron(expression="*/5 * * * mon-fri")),
        ("-*/5 * * * *", Cron(expression="*/5 * * * *")),
        ("0 0 1,15 JAN *", Cron(expression="0 0 1,15 JAN *")),
    ],
)
def test_the_time_fields_are_kept(when: str, trigger: object) -> None:
    assert only_job(f"{when} x y\n").schedules[0].trigger == trigger


def test_comments_directly_above_a_line_describe_it() -> None:
    crontab = user_crontab("""
# About the file.

# --- Backup ---
# Everything, every night
@daily backup
@daily unexplained
# Not about the next line, a variable is between
A=1
@daily other
# old: 0 3 * * * would do too
#0 3 * * * /old/importer
#@hourly /older/importer
@daily importer
# m h  dom mon dow   command
@daily below-the-legend
""")

    assert [job.description for job in crontab.jobs] == [
        "Backup\nEverything, every night",
        "",
        "",
        "old: 0 3 * * * would do too",
        "",
    ]


def test_switched_off_lines_are_not_imported() -> None:
    assert user_crontab("#0 3 * * * /old/importer\n# @daily x\n") == Crontab(jobs=(), problems=())


def test_two_equal_lines_are_two_jobs() -> None:
    crontab = user_crontab("@daily backup\n@daily backup\n0 3 * * * backup-2\n0 3 * * * backup\n")

    assert [job.name for job in crontab.jobs] == ["backup", "backup-2", "backup-2-2", "backup-3"]


def test_every_line_that_cannot_be_mapped_is_named_with_its_reason() -> None:
    crontab = user_crontab(
        "61 * * * * x\n"
        "* * * *\n"
        "@dayly x\n"
        "hello world\n"
        "CRON_TZ=Nowhere\n"
        "RANDOM_DELAY=soon\n"
        "0 0 30 2 * never\n"
        "@daily fine\n"
    )

    assert [job.name for job in crontab.jobs] == ["fine"]
    assert [problem.split(": ", 1)[0] for problem in crontab.problems] == [f"crontab:{n}" for n in range(1, 8)]
    assert "minute: 61 is not in 0-59 (in '61 * * * * x')" in crontab.problems[0]
    assert "neither an entry (five time fields and a command) nor a variable (NAME=value)" in crontab.problems[1]
    assert "'@dayly'" in crontab.problems[2]
    assert "'hello world' is neither an entry" in crontab.problems[3]
    assert "CRON_TZ: 'Nowhere' is not a time zone" in crontab.problems[4]
    assert "RANDOM_DELAY: 'soon' is not a number of minutes" in crontab.problems[5]


def test_a_system_crontab_needs_the_user_column() -> None:
    crontab = parse_crontab("@daily backup\n", system=True, name="crontab", zone="UTC")

    (problem,) = crontab.problems
    assert problem.startswith("crontab:1: '@daily backup' is neither an entry (five time fields, a user and a command)")


def test_windows_line_ends_do_no_harm() -> None:
    assert only_job("A=1\r\n@daily x\r\n").task == Shell(command="x")


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/usr/local/bin/backup.sh --full", "backup"),
        ("cd / && run-parts --report /etc/cron.hourly", "cron.hourly"),
        ("test -x /usr/sbin/anacron || { cd / && run-parts /etc/cron.daily; }", "cron.daily"),
        ("[ -x /usr/bin/sessionclean ] && /usr/bin/sessionclean", "sessionclean"),
        ("if [ $(date +\\%d) -le 7 ]; then /sbin/checkarray --all; fi", "checkarray"),
        ("A=1 B=2 nice -n 19 ionice -c3 /bin/find /tmp -delete", "find"),
        ("/usr/bin/flock -n /tmp/x.lock timeout 300 python3 -u /srv/etl.py", "etl"),
        ("sudo -u www-data php artisan schedule:run", "artisan"),
        ("python -m shop.report", "shop.report"),
        ("bash -c 'exec ./poll'", "poll"),
        ("echo hello", "echo"),
        ("> /var/log/x.log", "job"),
        ("$CMD", "job"),
        ("/opt/größe/öl", "öl"),
    ],
)
def test_a_job_is_named_after_what_its_command_runs(command: str, name: str) -> None:
    assert name_of(command) == name


def test_the_example_is_imported_with_nothing_lost() -> None:
    text = EXAMPLE.read_text()
    entries = [line for line in text.splitlines() if line and line[0] in "0123456789*@-"]

    crontab = parse_crontab(text, system=True, name="system-crontab", zone="Europe/Amsterdam")

    assert crontab.problems == ()
    assert len(crontab.jobs) == len(entries) >= 40
    for job, entry in zip(crontab.jobs, entries, strict=True):
        fields = entry.split(None, 2 if entry[0] == "@" else 6)
        assert job.user == fields[-2]
        assert job.schedules[0].trigger in {Reboot(), Cron(expression=" ".join(fields[:-2]))}
