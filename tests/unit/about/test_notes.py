"""What is new in each version, told in both languages alike."""

from datetime import date

import pytest

from console.about.build import own_version
from console.about.data import releases
from console.about.presenters.notes import Release, read_notes, release_html
from console.i18n import LANGUAGES


def _shape(release: Release) -> tuple[str, date, list[int]]:
    return release.version, release.on, [len(notes) for _title, notes in release.sections]


def test_every_language_tells_the_same() -> None:
    told = [[_shape(one) for one in releases(language)] for language in LANGUAGES]
    assert told[0]
    assert all(one == told[0] for one in told)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_newest_version_is_this_one_and_older_ones_follow(language: str) -> None:
    found = releases(language)
    assert found[0].version == own_version()
    days = [one.on for one in found]
    assert days == sorted(days, reverse=True)


def test_a_note_over_several_lines_is_one() -> None:
    text = "# 1.0 · 2026-01-02\n\n## Neu\n\n- Eins und\n  noch was.\n- `zwei` <b>\n"
    [release] = read_notes(text)
    assert release == Release(
        "1.0", date(2026, 1, 2), (("Neu", ("Eins und noch was.", "`zwei` <b>")),)
    )
    html = release_html(release, is_new=False)
    assert "<li><code>zwei</code> &lt;b&gt;</li>" in html
