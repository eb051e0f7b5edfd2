"""Sentences in both languages. Workers have no catalogue: the two stand side by side."""

from typing import Final, NamedTuple, Self

LANGUAGES: Final = ("de", "en")


class Text(NamedTuple):
    """One sentence, or a few, in English and in German, with `{named}` places."""

    en: str
    de: str

    def fill(self, **values: object) -> Self:
        """Return the text with its places filled: with texts in each language, else as they are."""
        return self._replace(
            en=self.en.format(**_in("en", values)), de=self.de.format(**_in("de", values))
        )

    def of(self, language: str) -> str:
        """Return the text in a language; in English unless that is German."""
        return self.de if language == "de" else self.en


class _GermanNumber(float):
    def __format__(self, spec: str) -> str:
        return super().__format__(spec).replace(".", ",")


def _in(language: str, values: dict[str, object]) -> dict[str, object]:
    return {name: _told(value, language) for name, value in values.items()}


def _told(value: object, language: str) -> object:
    if isinstance(value, Text):
        return value.of(language)
    return _GermanNumber(value) if language == "de" and isinstance(value, float) else value
