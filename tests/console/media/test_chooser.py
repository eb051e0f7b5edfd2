"""Choosing files inside a form, and sending them there."""

from collections.abc import Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.services.media.views import MediaView
from tests.support.console import Console
from tests.support.media.parts import FakeBoard, FakeUploads

Library = dict[str, MediaView]


def _form() -> None:
    import streamlit as st  # noqa: PLC0415 - it runs as a script of its own

    from console.media.chooser import choose_media  # noqa: PLC0415
    from infoscreen_core.domain.media.types import PICTURE_TYPES  # noqa: PLC0415

    chosen = st.session_state.get("chosen", ())
    st.session_state["chosen"] = choose_media("Bilder", PICTURE_TYPES, chosen, "form")


@pytest.fixture
def form(console: Console, library: Library) -> AppTest:
    assert console.token
    assert library
    return AppTest.from_function(_form).run()


def _chosen(form: AppTest) -> tuple[int, ...]:
    assert not form.exception
    chosen: tuple[int, ...] = form.session_state["chosen"]
    return chosen


def test_only_files_of_the_types_are_shown_the_latest_first(
    form: AppTest, library: Library, board: FakeBoard
) -> None:
    assert _chosen(form) == ()
    pictures = [file.id for file in library.values() if file.media_type is MediaType.PNG]
    assert [f'data-open="{one}"' in board.html for one in pictures] == [True, True]
    assert "Speiseplan.pdf" not in board.html
    assert "data-pick" not in board.html


def test_a_press_adds_a_file_and_another_takes_it_out(
    form: AppTest, library: Library, board: FakeBoard
) -> None:
    first, second = library["Plakat.png"].id, library["Aula.png"].id
    for pressed, expected in (
        (first, (first,)),
        (second, (first, second)),
        (first, (second,)),
    ):
        board.press_file(pressed)
        form.run()
        assert _chosen(form) == expected
    form.run()
    assert f'data-open="{second}" aria-pressed="true"' in board.html


def test_what_is_sent_here_is_chosen_once(
    form: AppTest, library: Library, uploads: FakeUploads
) -> None:
    sent = library["Aula.png"].id
    uploads.arrived = [sent]
    form.run()
    assert _chosen(form) == (sent,)
    assert uploads.data["form-upload"]["seen"] == []
    form.run()
    assert uploads.data["form-upload"]["seen"] == [sent]
    form.session_state["chosen"] = ()
    form.run()
    assert _chosen(form) == ()


def test_a_search_looks_everywhere_and_a_folder_narrows(
    form: AppTest, library: Library, board: FakeBoard
) -> None:
    folder = library["Plakat.png"].folder_id
    form.selectbox(key="form-folder").select(folder).run()
    assert _names(board, library) == {"Plakat.png"}
    form.text_input(key="form-text").input("aula").run()
    assert _names(board, library) == {"Aula.png"}


def _names(board: FakeBoard, library: Mapping[str, Any]) -> set[str]:
    return {name for name in library if name in board.html}
