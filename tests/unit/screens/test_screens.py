import pytest

from infoscreen_core.domain.screens.screens import ScreenHealth, judge_picture


@pytest.mark.parametrize(
    ("mean", "deviation", "health"),
    [
        (0.0, 0.0, ScreenHealth.BLACK),
        (7.99, 3.99, ScreenHealth.BLACK),
        (8.0, 0.0, ScreenHealth.OK),
        (0.0, 4.0, ScreenHealth.OK),
        (255.0, 0.0, ScreenHealth.OK),
    ],
)
def test_a_picture_is_black_when_it_is_dark_and_even(
    mean: float, deviation: float, health: ScreenHealth
) -> None:
    assert (
        judge_picture(mean=mean, deviation=deviation, same_count=1, is_motion_expected=False)
        is health
    )


@pytest.mark.parametrize(
    ("same_count", "is_motion_expected", "health"),
    [
        (4, True, ScreenHealth.OK),
        (5, True, ScreenHealth.FROZEN),
        (6, True, ScreenHealth.FROZEN),
        (500, False, ScreenHealth.OK),
    ],
)
def test_a_screen_is_frozen_only_while_it_should_move(
    same_count: int, is_motion_expected: bool, health: ScreenHealth
) -> None:
    found = judge_picture(
        mean=100.0, deviation=50.0, same_count=same_count, is_motion_expected=is_motion_expected
    )
    assert found is health


def test_a_black_screen_is_black_also_when_it_is_frozen() -> None:
    assert (
        judge_picture(mean=0.0, deviation=0.0, same_count=9, is_motion_expected=True)
        is ScreenHealth.BLACK
    )
