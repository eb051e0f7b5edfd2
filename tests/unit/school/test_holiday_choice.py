import pytest

from infoscreen_core.domain.school.holiday_choice import PlaceOptions, choose_place
from infoscreen_core.domain.school.holiday_places import Place, PlaceChoice
from infoscreen_core.domain.school.holidays import Outcome
from infoscreen_core.errors import InvalidInputError
from tests.support.school.lists import entered, read_list, said

REGIONS = """Name;Von;Bis;Region
Semesterferien;1.2.2027;7.2.2027;"Wien, Niederösterreich"
Semesterferien;8.2.2027;14.2.2027;Tirol
Landesfeiertag;19.3.2027;19.3.2027;TIROL
Nationalfeiertag;26.10.2026;26.10.2026;
"""


def test_a_list_with_several_regions_says_so_and_takes_them_all() -> None:
    listed, options = choose_place(read_list(REGIONS), PlaceChoice())
    assert options == PlaceOptions(("Niederösterreich", "Tirol", "Wien"), ())
    assert [str(note) for note in listed.notes] == [
        (
            "The list holds holidays of 3 regions (Niederösterreich, Tirol, Wien); choose yours, "
            "or all are taken that do not overlap."
        )
    ]
    assert entered(read_list(REGIONS)) == {
        "Semesterferien 2027-02-01 2027-02-07 Wien, Niederösterreich",
        "Semesterferien 2027-02-08 2027-02-14 Tirol",
        "Landesfeiertag 2027-03-19 2027-03-19 TIROL",
        "Nationalfeiertag 2026-10-26 2026-10-26 None",
    }


def test_a_region_gets_its_own_holidays_and_those_of_all() -> None:
    assert entered(read_list(REGIONS), PlaceChoice("wien")) == {
        "Semesterferien 2027-02-01 2027-02-07 Wien",
        "Nationalfeiertag 2026-10-26 2026-10-26 None",
    }
    assert said(read_list(REGIONS), PlaceChoice("wien"))[1] == (
        3,
        Outcome.SKIPPED,
        "It is for Tirol, not for Wien.",
    )


@pytest.mark.parametrize("nothing", [PlaceChoice("", ""), PlaceChoice(" ")])
def test_a_blank_choice_is_none(nothing: PlaceChoice) -> None:
    assert len(entered(read_list(REGIONS), nothing)) == 4


@pytest.mark.parametrize(
    ("choice", "field", "sentence"),
    [
        (
            PlaceChoice("Graz"),
            "subdivision",
            "The list has nothing for the region “Graz”; choose one of: Niederösterreich, Tirol",
        ),
        (PlaceChoice(None, "AHS"), "school_group", "The list names no groups of schools; leave"),
    ],
)
def test_a_place_that_the_list_does_not_know_is_refused(
    choice: PlaceChoice, field: str, sentence: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        choose_place(read_list(REGIONS), choice)
    assert refused.value.field == field
    assert str(refused.value).startswith(sentence)


def test_a_wrong_line_for_another_region_does_not_matter() -> None:
    text = "Name;Von;Bis;Region\na;1.2.2027;7.2.2027;Wien\nb;gestern;morgen;Tirol\n"
    assert [row[1] for row in said(read_list(text))] == [Outcome.INSERTED, Outcome.INVALID]
    chosen = said(read_list(text), PlaceChoice("Wien"))
    assert [row[1] for row in chosen] == [Outcome.INSERTED, Outcome.SKIPPED]


def test_the_order_of_places_does_not_matter_and_everywhere_is_nothing() -> None:
    assert Place(("ZH", "BE"), ("VS", "MS")).region == "BE, ZH · MS, VS"
    assert Place().region is None
