"""Documents that point elsewhere: no packet leaves, in whatever cage LibreOffice runs."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.files.store import MediaStore
from tests.support.media.lab import Lab, film, soffice
from tests.support.media.office_files import docx, odp, odt, pptx
from workers.converter.bench import ConversionError
from workers.converter.sandbox import Cage, Sandbox


@dataclass
class Trap:
    """A server that must not be asked for anything."""

    port: int = 0
    asked: list[str] = field(default_factory=list)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"


@pytest.fixture
def trap() -> Iterator[Trap]:
    found = Trap()

    class Handler(BaseHTTPRequestHandler):
        def note(self) -> None:
            found.asked.append(f"{self.command} {self.path}")
            self.send_error(404)

        do_GET = do_HEAD = do_OPTIONS = do_PROPFIND = do_POST = note  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the same
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture(params=[Cage.BUBBLEWRAP, Cage.LIMITS])
def caged_lab(request: pytest.FixtureRequest, tmp_path: Path) -> Lab:
    """With the strongest cage, and with none: then LibreOffice's own profile is what holds."""
    if request.param is Cage.LIMITS:
        return Lab(MediaStore(tmp_path / "media"), Sandbox(Cage.LIMITS))
    return Lab(MediaStore(tmp_path / "media"), Sandbox.find(tmp_path / "trial"))


def with_links(kind: MediaType, folder: Path, trap: Trap) -> Path:
    path = folder / f"document.{kind}"
    image = ("image", trap.url("image.png"), "External")
    match kind:
        case MediaType.DOCX:
            field_code = (
                '<w:p><w:fldSimple w:instr=" INCLUDETEXT &quot;'
                f'{trap.url("text.docx")}&quot; "/></w:p>'
            )
            template = trap.url("template.dotx")
            return docx(path, ["Hallo"], links=[image], template=template, body=field_code)
        case MediaType.PPTX:
            video = ("video", trap.url("video.mp4"), "External")
            return pptx(path, ["Hallo"], links=[image, video])
        case MediaType.ODT:
            return odt(path, ["Hallo"], picture=trap.url("image.png"), section=trap.url("text.odt"))
        case _:
            return odp(path, ["Hallo"], picture=trap.url("image.png"))


@pytest.mark.parametrize("kind", [MediaType.DOCX, MediaType.PPTX, MediaType.ODT, MediaType.ODP])
def test_what_a_document_links_to_is_not_asked_for(
    tmp_path: Path, caged_lab: Lab, trap: Trap, kind: MediaType
) -> None:
    document = with_links(kind, tmp_path, trap)
    assert caged_lab.make(document, kind, Target.PDF).facts["page_count"] >= 1
    assert trap.asked == []


@pytest.mark.parametrize("kind", [MediaType.PPTX, MediaType.ODT])
def test_the_trap_would_notice(tmp_path: Path, trap: Trap, kind: MediaType) -> None:
    """Without our profile and without a cage, LibreOffice asks."""
    soffice(with_links(kind, tmp_path, trap), "pdf")
    assert trap.asked


def test_what_a_drawing_links_to_is_not_asked_for(
    tmp_path: Path, caged_lab: Lab, trap: Trap
) -> None:
    drawing = tmp_path / "a.svg"
    drawing.write_text(
        '<?xml version="1.0"?><?xml-stylesheet href="' + trap.url("style.css") + '"?>'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="200" height="100"><image xlink:href="{trap.url("image.png")}" width="50" '
        f'height="50"/><use xlink:href="{trap.url("other.svg")}#a"/>'
        '<rect width="100" height="100" fill="red"/></svg>'
    )
    made = caged_lab.make(drawing, MediaType.SVG, Target.THUMBNAIL)
    assert caged_lab.made(made).read_bytes()[8:12] == b"WEBP"
    assert trap.asked == []


def playlists(trap: Trap, other: Path) -> dict[str, str]:
    base = f"<BaseURL>{trap.url('a.mp4')}</BaseURL>"
    return {
        "m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{trap.url('a.ts')}\n",
        "concat": f"ffconcat version 1.0\nfile '{other}'\n",
        "dash": f"<MPD><Period><AdaptationSet>{base}</AdaptationSet></Period></MPD>",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    }


@pytest.mark.parametrize("name", ["m3u8", "concat", "dash", "sdp"])
@pytest.mark.parametrize("target", [Target.FACTS, Target.THUMBNAIL, Target.MP4])
def test_a_playlist_is_no_video(
    tmp_path: Path, caged_lab: Lab, trap: Trap, name: str, target: Target
) -> None:
    other = tmp_path / "secret.mp4"
    path = tmp_path / "a.mp4"
    path.write_text(playlists(trap, other)[name])
    if name == "concat":
        film(other, seconds=1)
    with pytest.raises(ConversionError) as caught:
        caged_lab.make(path, MediaType.MP4, target)
    assert caught.value.failure is Failure.BROKEN
    assert trap.asked == []
