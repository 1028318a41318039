"""System users that jobs run as, where the worker may become them."""

import os
import pwd

from tickwork.core.model import Job
from tickwork.errors import LaunchFailed
from tickwork.worker.environment import Host
from tickwork.worker.processes import Account, Terms


def terms_of(job: Job, host: Host) -> Terms:
    """As whom a job's processes work and what they may use. Raises `LaunchFailed` for a user that they cannot be."""
    account = None if job.user in {None, host.user} else _account(str(job.user), host)
    return Terms(resources=job.resources, nice=job.nice, umask=job.umask, account=account)


def _account(name: str, host: Host) -> Account:
    if not host.may_become_others:
        raise LaunchFailed(
            f"the job must run as user {name!r}, but this worker runs as {host.user!r} and may not become anybody "
            f"else; remove `user`, start a worker as root, or one as {name!r} on a pool of its own"
        )
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise LaunchFailed(f"user {name!r} does not exist on this worker; add it, or change `user`") from None
    return Account(
        name=name,
        uid=entry.pw_uid,
        gid=entry.pw_gid,
        groups=tuple(os.getgrouplist(name, entry.pw_gid)),
        home=entry.pw_dir,
    )
