"""People and programs: who they are, and how they show it.

people.users       create, change, delete; passwords
people.groups      members, and what they are in projects
people.keys        of programs and workers
people.enrolments  a worker's own key, by a token that is good once
people.sessions    of browsers
people.links       sign in once
people.principals  who is at the door: by session, key or run token
people.sign_in     by password
"""

from tickwork.operations.context import Context
from tickwork.operations.people.directory import Directory
from tickwork.operations.people.enrolments import Enrolments
from tickwork.operations.people.groups import Groups
from tickwork.operations.people.keys import Keys
from tickwork.operations.people.links import Links
from tickwork.operations.people.principals import Principals
from tickwork.operations.people.sessions import Sessions
from tickwork.operations.people.signing_in import SigningIn
from tickwork.operations.people.users import Users


class People:
    """All verbs on people."""

    def __init__(self, context: Context) -> None:
        directory = Directory(context)
        self.users = Users(context, directory)
        self.groups = Groups(directory)
        self.keys = Keys(context, directory)
        self.enrolments = Enrolments(context, self.keys)
        self.sessions = Sessions(context, directory, self.users)
        self.links = Links(context, directory)
        self.principals = Principals(context, directory, groups=self.groups, keys=self.keys, sessions=self.sessions)
        self._signing_in = SigningIn(context, directory)

    async def sign_in(self, name: str, password: str, *, address: str) -> str:
        """The name of the user whose password it is. Raises `SignInRefused`, `TooManyAttempts` (with `retry_after`)."""
        return await self._signing_in.sign_in(name, password, address=address)
