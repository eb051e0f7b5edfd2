"""Names beside the lines of pictures."""

from console.words.plots import label, new_figure, plain, set_names_axis
from tests.support.monitoring.plots import checked

LONG = "Donaudampfschifffahrtsgesellschaft, zweiter Stock"


def test_a_long_name_leaves_room_for_the_picture() -> None:
    assert label("Aula links") == "Aula links"
    assert label(LONG) == "Donaudampfschifffa…iter Stock"
    assert label(f"Trakt A, {'x' * 20}, links") == "Trakt A, xxxxxxxxx…xxx, links"


def test_markup_is_taken_literally_and_quotation_marks_stay() -> None:
    assert label('<b>"Aula" & Co</b>') == '&lt;b&gt;"Aula" &amp; Co&lt;/b&gt;'
    assert plain(LONG) == LONG


def test_names_that_begin_alike_keep_lines_of_their_own() -> None:
    figure = new_figure(x_title="", y_title="", is_dark=False)
    names = {plain(f"{LONG}, {side}"): f"{LONG}, {side}" for side in ("links", "rechts")}
    figure.add("bar", x=[1, 2], y=list(names), orientation="h")
    set_names_axis(figure, names, showgrid=False)
    axis = checked(figure).layout.yaxis
    assert axis.autorange == "reversed"
    assert list(axis.tickvals) == list(axis.categoryarray) == list(names)
    assert len(set(axis.ticktext)) == len(names)


def test_a_range_says_by_itself_which_line_is_on_top() -> None:
    figure = new_figure(x_title="", y_title="", is_dark=False)
    set_names_axis(figure, {"a": "Aula", "b": "Labor"}, range=[1.5, -0.5])
    axis = checked(figure).layout.yaxis
    assert (axis.range, axis.autorange) == ((1.5, -0.5), None)
