"""Write tables as Apache Parquet for analysts' programs, portion by portion.

What is written leaves memory at once: a table of millions of rows costs as much as one portion.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final


class Kind(StrEnum):
    """What a column holds; every column may have empty cells."""

    INSTANT = "instant"
    TEXT = "text"
    WORD = "word"
    """A text of which there are few different ones."""
    NUMBER = "number"
    YES_OR_NO = "yes_or_no"


_COMPRESSION: Final = "zstd"


class _Outbox(io.RawIOBase):
    """A file without an end: what is written to it waits until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        """Keep bytes until they are taken."""
        part = bytes(data)
        self._parts.append(part)
        self._position += len(part)
        return len(part)

    def tell(self) -> int:
        """Return how many bytes were written so far."""
        return self._position

    def take(self) -> bytes:
        """Return what was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def parquet_chunks(
    columns: Mapping[str, Kind], portions: Iterable[Sequence[Sequence[object]]]
) -> Iterator[bytes]:
    """Return a table's bytes in pieces; each portion of rows becomes one row group.

    A table without rows is a valid file, too.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow to load; few commands and requests need it
    import pyarrow.parquet as pq  # noqa: PLC0415 - the same

    kinds = {
        Kind.INSTANT: pa.timestamp("us", tz="UTC"),
        Kind.TEXT: pa.string(),
        Kind.WORD: pa.dictionary(pa.int32(), pa.string()),
        Kind.NUMBER: pa.int64(),
        Kind.YES_OR_NO: pa.bool_(),
    }
    schema = pa.schema([pa.field(name, kinds[kind]) for name, kind in columns.items()])
    outbox = _Outbox()
    with pq.ParquetWriter(outbox, schema, compression=_COMPRESSION) as writer:
        for rows in portions:
            cells = list(zip(*rows, strict=True))
            arrays = [
                pa.array(column, type=field.type)
                for column, field in zip(cells, schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            yield outbox.take()
    yield outbox.take()
