"""How bright the console is for somebody."""

from enum import StrEnum


class Theme(StrEnum):
    """What a person may choose; without a choice, the console follows their machine."""

    LIGHT = "light"
    DARK = "dark"
