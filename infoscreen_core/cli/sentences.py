"""Sentences of the core as the command line prints them: in English, in the installation's zone."""

import sys
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from infoscreen_core.domain.text.wording import Sentence


def print_lines(sentences: Iterable[Sentence], zone: ZoneInfo) -> None:
    """Print each sentence on a line of its own."""
    sys.stdout.writelines(f"{text_of(sentence, zone)}\n" for sentence in sentences)


def text_of(sentence: Sentence, zone: ZoneInfo) -> str:
    """Return the sentence with its instants in the installation's zone."""
    places = {name: _shown(value, zone) for name, value in sentence.params.items()}
    return sentence.template.format(**places) if places else sentence.template


def _shown(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, Sentence):
        return text_of(value, zone)
    return f"{value.astimezone(zone):%a %Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
