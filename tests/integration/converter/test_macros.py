"""Documents with macros: refused at the door, and run by no LibreOffice of ours behind it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.files.sniffing import sniff
from infoscreen_core.files.store import MediaStore
from tests.support.media.lab import Lab
from tests.support.media.macros import odt_that_writes
from tests.support.ports import wait_until
from workers.converter.sandbox import Cage, Sandbox

_SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
_MACROS_ON = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="{_SCRIPTING}">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


@contextmanager
def _opened_where_macros_may_run(document: Path, folder: Path) -> Iterator[None]:
    """Open a document as a person would, in a LibreOffice that asks nothing."""
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_MACROS_ON, encoding="utf-8")
    opened = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder}",
            *("--headless", "--norestore", "--nologo", str(document)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        yield
    finally:
        os.killpg(opened.pid, signal.SIGKILL)
        opened.wait()


@pytest.mark.parametrize("cage", [Cage.BUBBLEWRAP, Cage.LIMITS])
def test_a_macro_that_runs_on_opening_is_refused_and_does_not_run_in_a_conversion(
    tmp_path: Path, cage: Cage
) -> None:
    ran = tmp_path / "ran"
    document = odt_that_writes(tmp_path / "brief.odt", ran)
    with pytest.raises(InvalidInputError, match="holds macros"):
        sniff(document, document.name)
    with _opened_where_macros_may_run(document, tmp_path / "profile"):
        wait_until(ran.exists, seconds=120, what="the macro, which proves that it is one")
    ran.unlink()
    sandbox = Sandbox(cage) if cage is Cage.LIMITS else Sandbox.find(tmp_path / "trial")
    lab = Lab(MediaStore(tmp_path / "media"), sandbox)
    made = lab.make(document, MediaType.ODT, Target.PDF)
    assert made.facts == {"page_count": 1}
    assert not ran.exists()
