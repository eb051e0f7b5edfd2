"""Sentences in both languages. Workers have no catalogue: the two stand side by side."""

from typing import Final, NamedTuple, Self

LANGUAGES: Final = ("de", "en")


class Text(NamedTuple):
    """One sentence, or a few, in English and in German, with `{named}` places."""

    en: str
    de: str

    def fill(self, **values: object) -> Self:
        """Return the text with its places filled."""
        return self._replace(en=self.en.format(**values), de=self.de.format(**values))

    def of(self, language: str) -> str:
        """Return the text in a language; in English unless that is German."""
        return self.de if language == "de" else self.en
