"""The packages that the program is made of, as they are installed here."""

from importlib.metadata import version

from console.about.packages import list_packages, read_texts
from console.about.presenters.tables import Package, matching, packages_html


def _named(name: str) -> Package:
    return next(one for one in list_packages() if one.name == name)


def test_what_is_needed_is_listed_with_what_that_needs() -> None:
    names = {one.name for one in list_packages()}
    assert {"streamlit", "SQLAlchemy", "paho-mqtt", "numpy", "urllib3"} <= names
    assert {"infoscreen", "pytest", "ruff", "mypy"}.isdisjoint(names)
    found = _named("SQLAlchemy")
    assert (found.version, found.licence) == (version("sqlalchemy"), "MIT")
    assert found.address == "https://www.sqlalchemy.org"


def test_every_package_names_its_licence() -> None:
    assert [one.name for one in list_packages() if not one.licence] == []


def test_the_texts_of_a_package_are_read_whatever_its_name_is_like() -> None:
    text = read_texts("sqlAlchemy")
    assert text is not None
    assert "Permission is hereby granted" in text
    for name in ("pytest", "no such", "../etc/passwd", ""):
        assert read_texts(name) is None


def test_packages_are_found_by_name_licence_and_summary() -> None:
    found = (
        Package("Eins", "1", "MIT", "Zählt <mit>", "", ()),
        Package("Zwei", "2", "", "", "https://zwei.example", ("LICENSE",)),
    )
    assert matching(found, "eins mit") == [found[0]]
    assert matching(found, "") == list(found)
    html = packages_html(found)
    assert "Zählt &lt;mit&gt;" in html
    assert 'href="/about/licence/Zwei"' in html
