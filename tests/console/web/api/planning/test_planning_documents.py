"""The calls that docs/http-api-planning.md shows, made by curl against a real console."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.media import folders
from tests.support.console_process import PASSWORD, RunningConsole, running_console
from tests.support.events.planning import add_group, add_period
from tests.support.media.files import add_file
from tests.support.media.samples import sample
from tests.support.people import add_user

pytestmark = [pytest.mark.server, pytest.mark.slow]
DOCUMENT: Final = Path(__file__).parents[5] / "docs" / "http-api-planning.md"
_IDS: Final[dict[str, int]] = {}
_SIGN_IN: Final = """\
curl -sS --fail -o /dev/null -c jar -H 'Content-Type: application/json' \
    -d "{\\"username\\":\\"planner\\",\\"password\\":\\"$PASSWORD\\"}" "$SERVER/api/auth/login"
"""


def _furnish(session: Session) -> None:
    now = utc_now()
    add_user(session, "planner", PASSWORD, Role.EDITOR, now=now)
    files = [add_file(session, f"{one}.pdf", MediaType.PDF, now=now) for one in "ab"]
    folder = folders.create_folder(session, "Aula", parent_id=None, actor=CLI, now=now)
    period = add_period(session)
    group = add_group(session, "Cafeteria")
    _IDS.update(group=group, first=files[0], second=files[1], folder=folder.id, period=period)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningConsole]:
    with running_console(tmp_path, _furnish, with_workers=False) as console:
        yield console


def _calls() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    calls = [one for block in blocks for one in re.split(r"\n(?=curl )", block.strip())]
    numbers = {
        '"groupId": 1': f'"groupId": {_IDS["group"]}',
        "[31, 32]": f"[{_IDS['first']}, {_IDS['second']}]",
        '"academicPeriodId": 2': f'"academicPeriodId": {_IDS["period"]}',
        "academicPeriodId=2": f"academicPeriodId={_IDS['period']}",
        "folderId=4": f"folderId={_IDS['folder']}",
    }
    for shown, true in numbers.items():
        assert any(shown in call for call in calls), shown
        calls = [call.replace(shown, true) for call in calls]
    return calls


def test_the_calls_do_what_the_document_says(running: RunningConsole, tmp_path: Path) -> None:
    folder = tmp_path / "script"
    folder.mkdir()
    (folder / "Rundgang.mp4").write_bytes(sample(MediaType.MP4))
    (folder / "ferien.csv").write_text("Herbstferien,2026-10-26,2026-10-31\n")
    environment = {"SERVER": running.url, "PASSWORD": PASSWORD, "PATH": os.environ["PATH"]}

    def run(script: str) -> str:
        done = subprocess.run(
            ["sh", "-eu", "-c", script],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout

    run(_SIGN_IN)
    event, preview, form, body = (_answer(run(call)) for call in _calls())
    assert event["mediaIds"] == [_IDS["first"], _IDS["second"]]
    assert (event["start"], event["recurrenceEnd"]) == (
        "2026-09-07T05:00:00Z",
        "2027-07-02T11:00:00Z",
    )
    assert (preview["preview"], preview["inserted"]) == (True, 1)
    assert [one["name"] for one in (form, body)] == ["Rundgang.mp4", "Rundgang (2).mp4"]
    assert {one["folderId"] for one in (form, body)} == {_IDS["folder"]}


def _answer(text: str) -> dict[str, Any]:
    answer = json.loads(text)
    assert isinstance(answer, dict), text
    return answer
