"""What ten tasks cost the people who did them: asserted for each, and written as one table."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.support.browser import ARTEFACTS
from tests.support.visits.person import Effort, Person

MOST_SECONDS: Final = 90.0
TASKS: Final = (
    "plan a weekly lesson that shows",
    "see that an event will not show, and mend it",
    "raise and end an emergency",
    "move one date of a series",
    "import a calendar",
    "find a red screen, know why and since when, reboot it, see it back",
    "let a new player in and name it",
    "change a setting wrongly, then rightly",
    "sign in again after a session ended, and find the form as it was",
    "find last Tuesday's picture of a screen",
)
"""In the order in which people do them; what they are called is their number, from 1."""
_HEAD: Final = (
    "| | task | device | clicks | keys | reads | scrolls | seconds |\n"
    "|--:|---|---|--:|--:|--:|--:|--:|\n"
)


class Ledger:
    """The finished tasks, by number and device."""

    def __init__(self) -> None:
        self._efforts: dict[tuple[int, str], Effort] = {}
        self._is_under_way = False

    @contextmanager
    def task(self, person: Person, number: int) -> Iterator[None]:
        """Count what the person does for a task, which has to be little enough."""
        if self._is_under_way:  # the task before failed and left its dialog open
            person.page.goto(person.home)
        self._is_under_way, person.effort = True, Effort()
        yield
        self._is_under_way, done, person.effort = False, person.effort, Effort()
        self._keep(number, person.device.name, done)
        assert done.seconds < MOST_SECONDS, done

    def _keep(self, number: int, device: str, done: Effort) -> None:
        """Of two languages, the one counts in which it is more."""
        known = self._efforts.get((number, device), done)
        self._efforts[number, device] = max(known, done, key=lambda one: one.seconds)

    def table(self) -> str:
        """Return all that was counted, as Markdown."""
        rows = (
            f"| {number} | {TASKS[number - 1]} | {device} | {done.clicks} | {done.keys} "
            f"| {done.reads} | {done.scrolls} | {done.seconds:.0f} |"
            for (number, device), done in sorted(self._efforts.items())
        )
        return _HEAD + "\n".join(rows) + "\n"

    def write(self) -> None:
        """Put the table among the artefacts of the tests, and on the terminal."""
        ARTEFACTS.mkdir(exist_ok=True)
        table = self.table()
        (ARTEFACTS / "tasks.md").write_text(table, encoding="utf-8")
        print(f"\n{table}")  # noqa: T201 - for whoever runs it with -s
