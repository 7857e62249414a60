"""A table as Parquet, with the types of its columns.

Loaded only by a job that writes one: pyarrow takes 50 MB and a fifth of a second.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from p2ptext.exports.columns import Column, Table


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Inside, whoever can do without a module that is not loaded yet does."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


# pyarrow loads numpy where it is there: 13 MB more, for which no column has a use.
with _without("numpy"):
    import pyarrow as pa
    from pyarrow import csv, parquet

GUARDED = False
"""No spreadsheet opens it, and whoever reads it wants the words as they are."""
GROUP_BYTES = 2**19
"""Of lines that become one group of rows. Reading and writing a group takes twenty times its size; the file
is a twentieth larger than with 1 MB."""

_TYPES = {
    "text": pa.string(),
    "phone": pa.string(),
    "number": pa.int64(),
    "amount": pa.decimal128(24, 12),
    "moment": pa.timestamp("s", tz="UTC"),
    "day": pa.date32(),
    "flag": pa.bool_(),
}


class ParquetSheet:
    """Lines are gathered into groups of rows, and each group is written once it is large enough."""

    def __init__(self, table: Table, out: BinaryIO) -> None:
        pa.set_cpu_count(1)  # others work on this machine
        names = [one.name for one in table.columns]
        self._schema = pa.schema([_field(one) for one in table.columns])
        self._read = csv.ReadOptions(column_names=names, use_threads=False)
        self._convert = csv.ConvertOptions(
            column_types=self._schema,
            null_values=[""],
            strings_can_be_null=True,
            true_values=["yes"],
            false_values=["no"],
        )
        # Statistics of each group would be kept until the file is closed, and nobody looks for a few rows here.
        self._writer = parquet.ParquetWriter(
            out, self._schema, compression="snappy", write_statistics=False
        )
        self._waiting = io.BytesIO()

    def take(self, lines: Iterable[bytes]) -> int:
        """Write these lines, soon. How many."""
        taken = 0
        for line in lines:
            self._waiting.write(line)
            taken += 1
        if self._waiting.tell() >= GROUP_BYTES:
            self._write()
        return taken

    def close(self) -> None:
        """Write what waits, and the end."""
        if self._waiting.tell():
            self._write()
        self._writer.close()

    def _write(self) -> None:
        self._waiting.seek(0)
        # A value that is larger than a block cannot be read, and a text may have 10,000 letters.
        self._read.block_size = max(2**20, len(self._waiting.getbuffer()))
        parse = csv.ParseOptions(newlines_in_values=True)
        rows = csv.read_csv(self._waiting, self._read, parse, self._convert)
        self._writer.write_table(rows)
        self._waiting = io.BytesIO()
        del rows
        pa.default_memory_pool().release_unused()


def _field(column: Column) -> pa.Field:
    return pa.field(column.name, _TYPES[column.kind], metadata={"description": column.words})
