"""The page of the library, without a browser."""

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from console import runtime
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup, Conversion, EventMedia
from infoscreen_core.domain.media.types import ConversionStatus, Target
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.media.views import MediaView
from tests.support.console import Console, html_of, query_of
from tests.support.events.planning import add_group
from tests.support.media.parts import FakeBoard, FakeUploads
from tests.support.media.samples import mp4, picture
from tests.support.media.shelves import Shelf, show
from tests.support.people import NOW

Library = dict[str, MediaView]


def press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def submit(app: AppTest, label: str) -> AppTest:
    """Confirm a form, which comes after what opened it."""
    return [button for button in app.button if button.label == label][-1].click().run()


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def set_conversions(console: Console, media_id: int, **values: Any) -> None:  # noqa: ANN401 - columns
    with console.sessions.begin() as session:
        for row in session.query(Conversion).filter_by(media_id=media_id):
            for name, value in values.items():
                setattr(row, name, value)
    runtime.resources().writes.note(["conversions"])  # what a worker does is seen two seconds later


def file_of(console: Console, media_id: int) -> EventMedia | None:
    with console.sessions() as session:
        return session.get(EventMedia, media_id)


def test_an_empty_library_says_what_to_do(console: Console, shelf: Shelf) -> None:
    assert shelf.files() == []
    app = console.open("library")
    assert not app.exception
    assert [header.value for header in app.header] == ["Noch keine Dateien"]
    assert "0 Dateien" in html_of(app)


def test_a_reader_finds_no_page_of_media(console: Console, board: FakeBoard) -> None:
    console.sign_in_as(Role.USER)
    app = console.open("library")
    assert "Redaktion" in html_of(app)
    assert board.data == {}


def test_files_and_folders_of_the_top(
    console: Console, library: Library, board: FakeBoard, uploads: FakeUploads
) -> None:
    app = console.open("library")
    assert "3 Dateien" in html_of(app)
    assert "Speiseplan.pdf" in board.html
    assert "Aula.png" in board.html
    assert "Plakat.png" not in board.html
    folder = library["Plakat.png"].folder_id
    assert folder is not None
    board.press_folder(folder)
    app.run()
    assert query_of(app) == {"folder": str(folder)}
    assert "Plakat.png" in board.html
    assert uploads.data["library-upload"]["folder"] == folder
    press(app, "library-way-0")
    assert "Plakat.png" not in board.html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"text": "PLAKAT"}, {"Plakat.png"}),
        ({"kind": "pictures"}, {"Aula.png", "Plakat.png"}),
        ({"kind": "documents"}, {"Speiseplan.pdf"}),
        ({"state": "failed"}, {"Speiseplan.pdf"}),
        ({"state": "ready"}, set()),
        ({"used": "yes"}, {"Aula.png"}),
        ({"used": "no"}, {"Speiseplan.pdf", "Plakat.png"}),
        ({"expired": "yes"}, {"Plakat.png"}),
        ({"expired": "no"}, {"Speiseplan.pdf", "Aula.png"}),
        ({"kind": "videos"}, set()),
        ({"kind": "nonsense", "period": "x", "file": "0"}, {"Speiseplan.pdf", "Aula.png"}),
    ],
)
def test_the_address_narrows_the_list(
    console: Console,
    library: Library,
    board: FakeBoard,
    query: dict[str, str],
    found: set[str],
) -> None:
    set_conversions(
        console, library["Speiseplan.pdf"].id, status=ConversionStatus.FAILED, failure="broken"
    )
    with console.sessions.begin() as session:
        session.add(ClientGroup(id=7, name="Aula", created_at=NOW))
        session.flush()
        show(session, library["Aula.png"].id, 7)
        plakat = session.get(EventMedia, library["Plakat.png"].id)
        assert plakat
        plakat.expires_on = date(2020, 1, 1)
    app = console.open("library", **query)
    assert not app.exception
    shown = {name for name in library if name in board.html}
    assert shown == found
    if not found:
        assert "Keine Datei passt" in html_of(app)


@pytest.mark.parametrize("view", ["grid", "list"])
def test_order_and_form_stand_in_the_address(
    console: Console, library: Library, board: FakeBoard, view: str
) -> None:
    assert library
    console.open("library", sort="type", view=view, text=".")
    places = [board.html.index(f">{name}<") for name in ("Speiseplan.pdf", "Aula.png")]
    assert places == sorted(places)
    assert ("<table>" in board.html) is (view == "list")


def test_a_file_opens_beside_the_board(
    console: Console, library: Library, board: FakeBoard
) -> None:
    file = library["Speiseplan.pdf"]
    app = console.open("library")
    board.press_file(file.id)
    app.run()
    assert query_of(app) == {"file": str(file.id)}
    page = html_of(app)
    assert "<h2>Speiseplan.pdf</h2>" in page
    assert f"/files/{file.id}/pages/1.webp" in page
    assert "Kein Termin zeigt diese Datei." in page
    press(app, "library-file-close")
    assert query_of(app) == {}


def test_a_file_that_is_gone_says_so(console: Console, library: Library) -> None:
    assert library
    app = console.open("library", file="999")
    assert "Diese Datei gibt es in der Mediathek nicht mehr." in html_of(app)


def test_what_an_outage_delays_says_that_it_goes_on_by_itself(
    console: Console, library: Library
) -> None:
    file = library["Aula.png"]
    set_conversions(console, file.id, status=ConversionStatus.PENDING, failure="no_room")
    shown = html_of(console.open("library", file=str(file.id)))
    assert "Die Platte des Servers ist voll; die Umwandlung geht von selbst weiter" in shown


def test_what_failed_says_why_and_is_tried_again(console: Console, library: Library) -> None:
    file = library["Aula.png"]
    set_conversions(console, file.id, status=ConversionStatus.FAILED, failure="timeout", attempts=3)
    app = console.open("library", file=str(file.id))
    assert "Ließ sich nicht umwandeln" in html_of(app)
    press(app, "library-retry")
    with console.sessions() as session:
        assert {row.status for row in session.query(Conversion).filter_by(media_id=file.id)} == {
            ConversionStatus.PENDING
        }
    assert "library-retry" not in keys(app)


def test_a_video_that_not_all_can_play_is_converted_on_request(
    console: Console, shelf: Shelf
) -> None:
    with console.sessions.begin() as session:
        file = shelf.add(session, "Rundgang.mp4", mp4(), now=utc_now())
    app = console.open("library", file=str(file.id))
    assert "library-mp4" not in keys(app)
    warnings = [{"kind": "unplayable", "obstacles": ["codec"]}]
    set_conversions(console, file.id, status=ConversionStatus.READY, warnings=warnings)
    app = console.open("library", file=str(file.id))
    assert "Raspberry" in html_of(app)
    press(app, "library-mp4")
    with console.sessions() as session:
        row = session.query(Conversion).filter_by(media_id=file.id, target_format=Target.MP4).one()
        assert row.status is ConversionStatus.PENDING
    assert "library-mp4" not in keys(app)


def test_fonts_that_are_missing_are_named(console: Console, library: Library) -> None:
    file = library["Speiseplan.pdf"]
    warnings = [{"kind": "fonts_missing", "fonts": ["Comic Neue"]}]
    set_conversions(console, file.id, status=ConversionStatus.READY, warnings=warnings)
    assert "Comic Neue" in html_of(console.open("library", file=str(file.id)))


def test_it_says_where_a_file_is_used_and_deletes_it_there_too(
    console: Console, library: Library
) -> None:
    file = library["Aula.png"]
    with console.sessions.begin() as session:
        session.add(ClientGroup(id=7, name="Aula", created_at=NOW))
        session.flush()
        show(session, file.id, 7, title="Tag der <Tür>")
    app = console.open("library", file=str(file.id))
    assert "Tag der &lt;Tür&gt;" in html_of(app)
    press(app, "library-delete")
    assert "1 dieser Dateien wird in Terminen gezeigt" in html_of(app)
    assert "mehr zu zeigen: Tag der" in app.error[0].value.replace("\\", "")
    assert "1 Datei löschen" not in {button.label for button in app.button}
    assert file_of(console, file.id)
    submit(app, "Löschen, auch aus den Terminen")
    assert not app.exception
    assert file_of(console, file.id) is None
    assert "Tag der" not in html_of(console.open("library"))


def test_a_file_is_renamed(console: Console, library: Library) -> None:
    file = library["Aula.png"]
    app = press(console.open("library", file=str(file.id)), "library-rename")
    app.text_input(key=f"library-name-{file.id}").input("Turnsaal")
    submit(app, "Namen speichern")
    assert not app.exception
    row = file_of(console, file.id)
    assert row
    assert row.name == "Turnsaal.png"


def test_a_wrong_name_is_refused_beside_its_field(console: Console, library: Library) -> None:
    file = library["Aula.png"]
    app = press(console.open("library", file=str(file.id)), "library-rename")
    app.text_input(key=f"library-name-{file.id}").input("...")
    submit(app, "Namen speichern")
    assert "is-wrong" in html_of(app)


def test_several_files_are_moved_tagged_and_deleted(
    console: Console, library: Library, board: FakeBoard
) -> None:
    files = [library["Aula.png"], library["Speiseplan.pdf"]]
    folder = library["Plakat.png"].folder_id
    assert folder is not None
    app = console.open("library")
    board.tick(*(file.id for file in files))
    app.run()
    assert "2 ausgewählt" in html_of(app)
    press(app, "library-many-move")
    app.selectbox(key=f"library-move-to-{files[1].id}").select(folder)
    submit(app, "2 Dateien verschieben")
    rows = [file_of(console, file.id) for file in files]
    assert {row.folder_id for row in rows if row} == {folder}
    assert "ausgewählt" not in html_of(app)
    app = console.open("library", folder=str(folder))
    board.tick(files[0].id)
    app.run()
    press(app, "library-many-delete")
    submit(app, "1 Datei löschen")
    assert file_of(console, files[0].id) is None


def test_expiry_and_period_are_set(console: Console, library: Library) -> None:
    file = library["Aula.png"]
    app = press(console.open("library", file=str(file.id)), "library-tag")
    app.date_input(key=f"library-expires-{file.id}").set_value(date(2099, 7, 2))
    submit(app, "Ablauf und Periode speichern")
    row = file_of(console, file.id)
    assert row
    assert row.expires_on == date(2099, 7, 2)


def test_a_new_version_is_sent_in_place(
    console: Console, library: Library, uploads: FakeUploads
) -> None:
    file = library["Aula.png"]
    app = press(console.open("library", file=str(file.id)), "library-replace")
    data = uploads.data[f"library-replace-{file.id}"]
    assert (data["replaces"], data["only_one"]) == (file.id, True)
    assert "Die neue Fassung tritt" in html_of(app)


def test_folders_are_created_renamed_and_deleted_with_their_name_typed(
    console: Console, library: Library, board: FakeBoard
) -> None:
    folder = library["Plakat.png"].folder_id
    app = press(console.open("library"), "library-folder-new-open")
    app.text_input(key="library-folder-name-in-0").input("Feste")
    submit(app, "Ordner anlegen")
    assert "Feste" in board.html
    app = press(console.open("library", folder=str(folder)), "library-folder-edit-open")
    app.text_input(key=f"library-folder-name-{folder}").input("Plakate")
    submit(app, "Ordner speichern")
    app = press(console.open("library", folder=str(folder)), "library-folder-delete-open")
    submit(app, "Ordner löschen")
    assert file_of(console, library["Plakat.png"].id)
    app = press(console.open("library", folder=str(folder)), "library-folder-delete-open")
    app.text_input(key=f"library-folder-sure-{folder}").input("Plakate")
    submit(app, "Ordner löschen")
    assert file_of(console, library["Plakat.png"].id) is None


def test_a_folder_whose_files_events_show_is_deleted_once_its_name_is_typed(
    console: Console, library: Library
) -> None:
    file = library["Plakat.png"]
    with console.sessions.begin() as session:
        show(session, file.id, add_group(session, "Mensa"))
    app = press(console.open("library", folder=str(file.folder_id)), "library-folder-delete-open")
    assert "„Mathe 3B“ (Mensa) hat dann nichts mehr zu zeigen." in app.warning[0].value
    submit(app, "Ordner löschen")
    assert file_of(console, file.id)
    app.text_input(key=f"library-folder-sure-{file.folder_id}").input("Aushänge")
    submit(app, "Ordner löschen")
    assert file_of(console, file.id) is None


def test_names_are_never_markup(console: Console, shelf: Shelf, board: FakeBoard) -> None:
    with console.sessions.begin() as session:
        file = shelf.add(session, "a&b 'c' $d$.png", picture(), now=utc_now())
    app = console.open("library", file=str(file.id))
    assert "a&amp;b &#x27;c&#x27; $d$.png" in board.html
    assert "a&amp;b &#x27;c&#x27; $d$.png" in html_of(app)
