"""Names that people type, brought to one form so that they can be compared."""

import unicodedata


def normalised(text: str) -> str:
    """Return the text in Unicode's composed form, trimmed, each run of white space as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def folded(text: str) -> str:
    """Return the form in which names that differ only in case and white space are equal."""
    return normalised(text).casefold()


def searchable(text: str) -> str:
    """Return the form in which texts are searched: without case, accents and double spaces."""
    parts = unicodedata.normalize("NFKD", folded(text))
    return "".join(one for one in parts if not unicodedata.combining(one))
