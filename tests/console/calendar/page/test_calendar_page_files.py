"""The form's files: chosen in order, with what each is and what keeps it from the screens."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from console.i18n import use_language
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.domain.events.event import EventType, Severity
from infoscreen_core.domain.media.playable import Unplayable
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.domain.media.words import unplayable_warning
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.system_settings import set_setting
from tests.support.console import Console, html_of, query_of
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.calendar_page import MONDAY, add_lesson, field, press, stored
from tests.support.events.planning import add_group
from tests.support.events.presentations import add_presentation
from tests.support.media.files import add_file
from tests.support.media.parts import FakeBoard, FakeUploads

OpenPage = Callable[..., AppTest]
_SITE = "https://www.example.org/"


def _begin(app: AppTest, groups: list[int], kind: EventType) -> AppTest:
    press(app, "calendar-new")
    app.text_input(key=field(app, "title")).set_value("Aula").run()
    app.multiselect(key=field(app, "group_ids")).set_value(groups[:1]).run()
    return app.button_group(key=field(app, "event_type")).set_value(kind).run()


def _choose(app: AppTest, board: FakeBoard, *media_ids: int) -> AppTest:
    for media_id in media_ids:
        app.run()
        board.press_file(media_id)
        app.run()
    return app


def _markdown(app: AppTest) -> str:
    return " ".join(one.value for one in app.markdown).replace("\\", "")


def _add_slides(console: Console) -> list[int]:
    at = utc_now()
    with console.sessions.begin() as session:
        return [
            add_file(session, name, kind, now=at, page_count=pages)
            for name, kind, pages in (
                ("Menü.pdf", MediaType.PDF, 11),
                ("Plan.pdf", MediaType.PDF, 12),
                ("Ausflug.jpg", MediaType.JPG, None),
            )
        ]


def test_files_are_chosen_put_in_order_and_saved(
    console: Console, board: FakeBoard, groups: list[int], open_page: OpenPage
) -> None:
    menu, plan, trip = _add_slides(console)
    app = _begin(open_page(), groups, EventType.PRESENTATION)
    _choose(app, board, menu, plan, trip)
    assert "11 Seiten · 1 min" in html_of(app)
    assert "JPG · 1 Seite · 10 s" in html_of(app)
    assert [one.value for one in app.caption if "Dateien" in one.value] == [
        "3 Dateien, 24 Seiten, 4 min je Durchlauf"
    ]
    press(app, f"event-file-{trip}-up")
    press(app, f"event-file-{menu}-down")
    press(app, f"event-file-{plan}-out")
    assert app.button(key=f"event-file-{trip}-up").disabled
    app.number_input(key=field(app, "slide_interval")).set_value(30).run()
    assert "2 Dateien, 12 Seiten, 6 min je Durchlauf" in [one.value for one in app.caption]
    press(app, "event-form-save")
    assert not app.exception
    (event,) = stored(console)
    assert EventDraft.of(event).media_ids == (trip, menu)
    assert event.slide_interval == 30


def test_chosen_files_are_there_again_in_another_browser(
    console: Console, board: FakeBoard, groups: list[int], open_page: OpenPage
) -> None:
    menu, plan, _ = _add_slides(console)
    app = _begin(open_page(), groups, EventType.PRESENTATION)
    _choose(app, board, plan, menu)
    again = console.open("calendar", **query_of(app))
    assert again.session_state[field(again, "event_media_ids")] == [plan, menu]
    press(again, "event-form-save")
    assert EventDraft.of(stored(console)[0]).media_ids == (plan, menu)


def test_an_event_opens_with_its_files_and_loses_one_that_is_deleted_meanwhile(
    console: Console, component: FakeCalendar, groups: list[int], open_page: OpenPage
) -> None:
    menu, plan, trip = _add_slides(console)
    add_lesson(
        console,
        groups[0],
        event_type=EventType.PRESENTATION,
        event_media_id=trip,
        further_media_ids=[plan, menu],
    )
    app = open_page()
    component.click(component.find("Mathe 3B"))
    app.run()
    assert app.session_state[field(app, "event_media_ids")] == [trip, plan, menu]
    press(app, f"event-file-{plan}-out")
    press(app, "event-form-save")
    assert EventDraft.of(stored(console)[0]).media_ids == (trip, menu)


def test_a_video_too_long_for_its_event_is_told_and_a_button_makes_room(
    console: Console, board: FakeBoard, groups: list[int], open_page: OpenPage
) -> None:
    at = utc_now()
    with console.sessions.begin() as session:
        film = add_file(session, "Film.mp4", MediaType.MP4, now=at)
        media = session.get_one(EventMedia, film)
        media.duration = 4 * 3600.0
        session.add(
            Conversion(
                media_id=film,
                target_format=Target.FACTS,
                file_hash=media.checksum_sha256,
                status=ConversionStatus.READY,
                warnings=[unplayable_warning((Unplayable.CODEC,))],
                created_at=at,
            )
        )
    app = _begin(open_page(), groups, EventType.VIDEO)
    _choose(app, board, film)
    said = _markdown(app)
    assert "Doch Film.mp4 dauert 240:00 Minuten, der Termin nur 60:00: Das Ende" in said
    assert "Raspberry-Pi-Player können es nicht. Der Grund: das Videoformat (Codec)." in said
    press(app, "event-form-lengthen")
    press(app, f"event-form-convert-{film}")
    said = _markdown(app)
    assert "240:00" not in said
    assert "wird noch umgewandelt" in said
    press(app, "event-form-save")
    (event,) = stored(console)
    assert event.end - event.start == timedelta(hours=4)


def test_the_calendar_marks_what_lacks_a_file(
    console: Console, component: FakeCalendar, groups: list[int], open_page: OpenPage
) -> None:
    menu, _, _ = _add_slides(console)
    with console.sessions.begin() as session:
        waits = add_presentation(session, None, name="neu.pptx", now=utc_now())
    for title, further in (("Fertig", []), ("Wartet", [waits])):
        add_lesson(
            console,
            groups[0],
            title=title,
            event_type=EventType.PRESENTATION,
            event_media_id=menu,
            further_media_ids=further,
        )
    open_page(group=str(groups[0]))
    assert component.titles == ["Fertig", "Wartet · ◌ Datei fehlt"]


def test_each_file_says_what_keeps_it_from_the_screens(
    console: Console, board: FakeBoard, groups: list[int], open_page: OpenPage
) -> None:
    at = utc_now()
    with console.sessions.begin() as session:
        files = [
            add_presentation(session, None, name="neu.pptx", now=at),
            add_presentation(session, ConversionStatus.FAILED, name="kaputt.pptx", now=at),
            add_file(
                session,
                "alt.pdf",
                MediaType.PDF,
                now=at,
                expires_on=(at - timedelta(days=2)).date(),
            ),
        ]
    app = _begin(open_page(), groups, EventType.PRESENTATION)
    _choose(app, board, *files)
    html = html_of(app)
    assert "auf die Umwandlung; zu sehen ist die Datei danach." in html
    assert "Konnte für die Bildschirme nicht umgewandelt werden. Die Datei ist beschädigt" in html
    assert "Abgelaufen: Der letzte Tag ist" in html
    verdict = " ".join(one.value for one in app.markdown)
    for name in ("neu", "kaputt", "alt"):
        assert f"Doch {name}." in verdict.replace("\\", "")


def test_a_refused_file_is_told_at_its_field_and_forgotten_with_another_choice(
    console: Console, board: FakeBoard, groups: list[int], open_page: OpenPage
) -> None:
    with console.sessions.begin() as session:
        film = add_file(session, "Film.mp4", MediaType.MP4, now=utc_now(), duration=95.0)
    app = _begin(open_page(), groups, EventType.VIDEO)
    press(app, "event-form-save")
    assert "Ein Video braucht eine Datei" in html_of(app)
    _choose(app, board, film)
    html = html_of(app)
    assert "MP4 · 1:35 min" in html
    assert "Ein Video braucht eine Datei" not in html
    press(app, "event-form-save")
    assert stored(console)[0].event_media_id == film


def test_what_is_sent_from_the_form_is_chosen_and_what_does_not_fit_is_told(
    console: Console, groups: list[int], open_page: OpenPage, uploads: FakeUploads
) -> None:
    menu, _, trip = _add_slides(console)
    with console.sessions.begin() as session:
        film = add_file(session, "Film.mp4", MediaType.MP4, now=utc_now())
    app = _begin(open_page(), groups, EventType.PRESENTATION)
    uploads.arrived = [menu, film, trip]
    app.run()
    assert not app.exception
    assert app.session_state[field(app, "event_media_ids")] == [menu, trip]
    (told,) = [one.value for one in app.toast]
    assert told.startswith("„Film.mp4“ ist jetzt in den Medien, doch ein Termin dieser Art kann")
    press(app, "event-form-save")
    assert EventDraft.of(stored(console)[0]).media_ids == (menu, trip)


_SHOWS = {
    "pages": (EventType.PRESENTATION, {}, ("Menü.pdf", MediaType.PDF), "/pages/{page}.webp"),
    "picture": (EventType.PRESENTATION, {}, ("Bild 1.png", MediaType.PNG), "/Bild%201.png"),
    "film": (EventType.VIDEO, {}, ("Film.mp4", MediaType.MP4), "muted playsinline"),
    "message": (
        EventType.MESSAGE,
        {"message_text": "Heute <Chor>\num 9", "message_severity": Severity.EMERGENCY},
        None,
        'is-emergency">Heute &lt;Chor&gt;<br>um 9<',
    ),
    "website": (EventType.WEBSITE, {"website_url": _SITE}, None, f'href="{_SITE}"'),
    "webuntis": (EventType.WEBUNTIS, {}, None, f'href="{_SITE}untis"'),
    "other": (EventType.OTHER, {}, None, "{show} "),
}


@pytest.mark.parametrize(
    ("role", "language", "words"),
    [
        (Role.USER, "de", ("Was die Bildschirme zeigen", "zeigen nichts")),
        (Role.EDITOR, "de", ("Was die Bildschirme zeigen", "zeigen nichts")),
        (Role.EDITOR, "en", ("What the screens will show", "show nothing")),
    ],
)
@pytest.mark.parametrize("name", _SHOWS)
@pytest.mark.usefixtures("board", "uploads")
def test_readers_and_planners_see_what_the_screens_will_show(
    console: Console,
    component: FakeCalendar,
    name: str,
    role: Role,
    language: str,
    words: tuple[str, str],
) -> None:
    kind, content, file, seen = _SHOWS[name]
    at = utc_now()
    with console.sessions.begin() as session:
        group = add_group(session)
        set_setting(session, "supplement_table_url", f"{_SITE}untis", actor=CLI, now=at)
        media_id = add_file(session, *file, now=at) if file else None
    add_lesson(console, group, event_type=kind, event_media_id=media_id, **content)
    console.sign_in_as(role, language=language)
    with use_language(language):  # a test asks for a choice's words, too
        app = console.open("calendar", date=MONDAY.isoformat())
        app.session_state["event-preview"] = True
        component.click(component.find("Mathe 3B"))
        app.run()
    assert not app.exception
    assert words[0] in [one.label for one in app.expander]
    assert (words[1] if kind is EventType.OTHER else seen) in unquoted(html_of(app))


def unquoted(html: str) -> str:
    return html.replace("&quot;", '"')
