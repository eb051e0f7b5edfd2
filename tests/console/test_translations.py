"""Every sentence has its German form, and both languages fill the same places."""

import re
from functools import cache
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

from console import i18n
from console.i18n import N_, _, load_catalog, ngettext, use_language
from infoscreen_core.domain.commands.lifecycle import ERROR_OF, LOCKOUT_MESSAGE
from tests.support.messages import used_messages

pytestmark = pytest.mark.slow

_FOLDERS = ("console", "infoscreen_core")
_ABOUT_A_MARK = {'A quotation mark (") on line {line} is not closed there; close or delete it.'}
# Sentences that a command keeps in its row; they are looked up when its course is shown.
_ENDINGS = (*(text for _code, text in ERROR_OF.values()), LOCKOUT_MESSAGE)


@pytest.fixture(scope="module")
def german() -> Catalog:
    return load_catalog("de")


def _places(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


def _ids(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    found = {}
    for message in catalog:
        if message.id:
            first = message.id if isinstance(message.id, str) else message.id[0]
            found[first] = (
                (message.string,)
                if isinstance(message.string, str)
                else tuple(message.string or ("",))
            )
    return found


@cache
def _used() -> dict[str, str]:
    found = used_messages(*_FOLDERS) | dict.fromkeys(_ENDINGS, "the end of a command")
    return {text: place for text, place in found.items() if _has_words(text)}


def _has_words(text: str) -> bool:
    return any(part.strip() for part, *_place in Formatter().parse(text))


def test_every_sentence_has_a_german_form(german: Catalog) -> None:
    known = _ids(german)
    missing = [
        f"{place}: {text!r}" for text, place in _used().items() if not all(known.get(text, ("",)))
    ]
    assert missing == []


def test_every_translation_belongs_to_a_sentence(german: Catalog) -> None:
    assert sorted(_ids(german).keys() - _used().keys()) == []


def test_no_translation_is_a_guess(german: Catalog) -> None:
    assert [message.id for message in german if message.id and message.fuzzy] == []


def test_english_is_the_sentence_itself() -> None:
    with use_language("en"):
        assert [text for text in _used() if _(text) != text] == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_translations_fill_the_same_places_as_their_originals(language: str) -> None:
    for message in load_catalog(language):
        originals = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        translated = (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
        )
        allowed = set().union(*(_places(text) for text in originals))
        for text in translated:
            assert _places(text) <= allowed, text
        if len(originals) == 1:
            assert _places(translated[0]) == allowed, translated[0]


def test_no_sentence_stands_in_two_catalogues_with_different_words() -> None:
    seen: dict[str, str] = {}
    for path in sorted((i18n._FOLDER / "de" / "LC_MESSAGES").glob("*.po")):  # noqa: SLF001 - the loader's own folder
        text = path.read_text(encoding="utf-8")
        for msgid, msgstr in re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', text, re.MULTILINE):
            assert seen.setdefault(msgid, msgstr) == msgstr, f"{path.name}: {msgid}"


@pytest.mark.parametrize(("language", "opening", "closing"), [("de", "„", "“"), ("en", "“", "”")])
def test_quotation_marks_are_those_of_the_language(
    language: str, opening: str, closing: str
) -> None:
    wrong = []
    with use_language(language):
        for text in _used().keys() - _ABOUT_A_MARK:
            marks = re.sub(r"[^„“”\"]", "", _(text))
            if marks.replace(opening + closing, ""):
                wrong.append(_(text))
    assert wrong == []


def test_german_is_the_default_and_english_the_original() -> None:
    assert _("Overview") == "Übersicht"
    with use_language("en"):
        assert _("Overview") == "Overview"
    with use_language("fr"):
        assert _("Overview") == "Übersicht"


def test_plurals_follow_the_number() -> None:
    with use_language("de"):
        assert ngettext("{n} incident", "{n} incidents", 1) == "1 Vorfall"
        assert ngettext("{n} incident", "{n} incidents", 3) == "3 Vorfälle"
    with use_language("en"):
        assert ngettext("{n} incident", "{n} incidents", 3) == "3 incidents"


def test_a_date_at_the_end_brings_its_full_stop_along() -> None:
    sentence = "The record of statuses begins on {day}."
    assert _(sentence, day="So 29.11.").endswith("am So 29.11.")
    assert _(sentence, day="So 29.11.2026").endswith("am So 29.11.2026.")
    with use_language("en"):
        assert _(sentence, day="Sun 29 Nov").endswith("on Sun 29 Nov.")


def test_the_empty_sentence_stays_empty() -> None:
    assert _(N_("")) == ""
