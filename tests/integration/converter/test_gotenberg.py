"""A Gotenberg service converts in the place of a LibreOffice here: a process on this machine."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.domain.media.words import fonts_warning
from infoscreen_core.files.store import MediaStore
from tests.support.media import gotenberg
from tests.support.media.lab import Lab
from tests.support.media.office_files import docx, pptx
from tests.support.ports import free_port
from workers.converter import gotenberg as service
from workers.converter.bench import ConversionError
from workers.converter.sandbox import Sandbox, StoppedError

pytestmark = pytest.mark.server


@dataclass
class Service:
    port: int
    folder: Path

    def says(self, answer: str) -> None:
        (self.folder / "answer").write_text(answer)

    def requests(self) -> list[str]:
        return (self.folder / "requests").read_text().splitlines()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Service]:
    folder = tmp_path / "service"
    folder.mkdir()
    command = [sys.executable, gotenberg.__file__, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    yield Service(int(process.stdout.readline()), folder)
    process.kill()
    process.wait()


@pytest.fixture
def served(tmp_path: Path, sandbox: Sandbox, running: Service) -> Lab:
    """A lab without a LibreOffice of its own."""
    lab = Lab(MediaStore(tmp_path / "media"), sandbox)
    lab.rules = replace(lab.rules, service_url=f"http://127.0.0.1:{running.port}")
    return lab


def test_the_service_makes_the_pdf(tmp_path: Path, served: Lab, running: Service) -> None:
    document = pptx(tmp_path / "a.pptx", ["Eins", "Zwei"], font="Bogus Grotesk")
    made = served.make(document, MediaType.PPTX, Target.PDF)
    assert made.facts == {"page_count": 2}
    assert made.warnings == (fonts_warning(["Bogus Grotesk"]),)
    size = document.stat().st_size
    assert running.requests() == [f"/forms/libreoffice/convert document.pptx {size} -"]


def test_an_address_may_have_a_path_and_a_login(
    tmp_path: Path, served: Lab, running: Service
) -> None:
    url = f"http://eva:g%40heim@127.0.0.1:{running.port}/office/"
    served.rules = replace(served.rules, service_url=url)
    with pytest.raises(ConversionError) as caught:
        served.make(docx(tmp_path / "a.docx", ["x"]), MediaType.DOCX, Target.PDF)
    assert caught.value.failure is Failure.SERVICE_AWAY  # nobody is there: set up wrongly
    assert running.requests()[0].startswith("/office/forms/libreoffice/convert document.docx")
    assert running.requests()[0].endswith(" Basic ZXZhOmdAaGVpbQ==")


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("400 LibreOffice failed to process a document: a password is required", Failure.PASSWORD),
        ("400 Invalid form data: form file 'x' is broken", Failure.SERVICE_REFUSED),
        ("500 Internal Server Error", Failure.SERVICE_REFUSED),
        ("413 Request Entity Too Large", Failure.TOO_LARGE),
        ("429 Too Many Requests", Failure.SERVICE_AWAY),
        ("503 Service Unavailable", Failure.SERVICE_AWAY),
        ("cut", Failure.SERVICE_AWAY),
        ("endless", Failure.TOO_LARGE),
        ("200 This is no PDF", Failure.BROKEN),
    ],
)
def test_what_the_service_refuses_is_told_apart(
    tmp_path: Path, served: Lab, running: Service, answer: str, failure: Failure
) -> None:
    running.says(answer)
    served.rules = replace(served.rules, file_bytes=2**20)
    with pytest.raises(ConversionError) as caught:
        served.make(docx(tmp_path / "a.docx", ["x"]), MediaType.DOCX, Target.PDF)
    assert caught.value.failure is failure
    assert caught.value.message


def test_a_service_that_takes_too_long_is_left(
    tmp_path: Path, served: Lab, running: Service
) -> None:
    running.says("slow")
    served.rules = replace(served.rules, seconds=1.0)
    begun = time.monotonic()
    with pytest.raises(ConversionError) as caught:
        served.make(docx(tmp_path / "a.docx", ["x"]), MediaType.DOCX, Target.PDF)
    assert caught.value.failure is Failure.TIMEOUT
    assert time.monotonic() - begun < 20


def test_a_service_that_is_away_is_waited_for(tmp_path: Path, lab: Lab) -> None:
    lab.rules = replace(lab.rules, service_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ConversionError) as caught:
        lab.make(docx(tmp_path / "a.docx", ["x"]), MediaType.DOCX, Target.PDF)
    assert caught.value.failure is Failure.SERVICE_AWAY


def test_nothing_is_sent_when_nobody_waits(tmp_path: Path, served: Lab, running: Service) -> None:
    document = docx(tmp_path / "a.docx", ["x"])
    with served.bench(document, MediaType.DOCX, Target.PDF) as bench:
        bench.stop.set()
        with pytest.raises(StoppedError):
            service.make_pdf(bench, document, "document.docx")
    assert not (running.folder / "requests").exists()
