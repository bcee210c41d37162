"""Published tables (CSV, zipped CSV, XLSX) as rows of text, whatever their encoding and header."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import IO

from geo.errors import EmptyFile, MalformedRow, MissingColumn

Row = list[str]

AREA_NAMES = ("area_ref", "LSOA21CD", "LSOA11CD", "LSOA Code", "LSOA_CODE", "LSOA 2021 Code", "LSOA 2011 Code")
"""Names under which tables publish the code of a small area."""

_BLOCK = 1 << 18


def read_rows(path: Path, *, sheet_with: Sequence[str] = ()) -> list[Row]:
    """Read a table as rows of stripped text.

    UTF-8 with or without a byte order mark, otherwise Windows code page 1252,
    which English public bodies still publish.

    Parameters
    ----------
    path
        CSV; a ZIP of CSV files (all of the same form, such as Code-Point Open's); or XLSX.
    sheet_with
        Words that stand in the header of the wanted sheet of an XLSX; what stands above the header is left out.

    Returns
    -------
    rows
        All rows that are not blank, a header included.

    Raises
    ------
    EmptyFile
        There is no row.
    MalformedRow
        The file is no text.
    """
    rows = [row for file in row_files(path, sheet_with=sheet_with) for row in file if any(row)]
    if not rows:
        raise EmptyFile(f"{path} holds no rows. Fetch it again from its publisher.")
    return rows


def row_files(path: Path, *, sheet_with: Sequence[str] = ()) -> Iterator[Iterator[Row]]:
    """Read a table row by row, so that a whole country's takes no more memory than one row.

    Parameters
    ----------
    path, sheet_with
        As in `read_rows`.

    Yields
    ------
    iterator of Row
        Rows of one file, its header and blank rows included: each CSV file of a ZIP by itself. Take
        them before the next file.

    Raises
    ------
    MalformedRow, MissingColumn
        As in `read_rows`; also while rows are taken.
    """
    if path.suffix.lower() == ".xlsx":
        yield iter(_sheet_rows(path, str(path), sheet_with))
    elif path.suffix.lower() != ".zip":
        yield _csv_rows(lambda: path.open("rb"), str(path))
    else:
        with _whole_archive(path), zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.lower().endswith(".csv"))
            names = [name for name in names if name.lower().startswith("data/")] or names
            # Registered patients come as all, female and male: added up, everybody would count twice.
            names = [name for name in names if name.lower().endswith("-all.csv")] or names
            books = sorted(name for name in archive.namelist() if name.lower().endswith(".xlsx"))
            if not names and books:
                yield iter(_sheet_rows(io.BytesIO(archive.read(books[0])), f"{path}, {books[0]}", sheet_with))
            for name in names:
                yield _zipped_rows(archive, name, path)


@contextmanager
def _whole_archive(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, EOFError, OSError, zlib.error) as error:
        raise MalformedRow(
            f"{path} is not a whole ZIP archive ({error}). Fetch it again from its publisher."
        ) from error


def _zipped_rows(archive: zipfile.ZipFile, name: str, path: Path) -> Iterator[Row]:
    with _whole_archive(path):
        yield from _csv_rows(partial(archive.open, name), f"{path}, {name}")


def _csv_rows(opened: Callable[[], IO[bytes]], name: str) -> Iterator[Row]:
    encoding = _encoding(opened, name)
    with opened() as raw, io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as text:
        lines = csv.reader(text)
        try:
            for row in lines:
                yield [cell.strip() for cell in row]
        except csv.Error as error:
            raise MalformedRow(
                f"{name}, line {lines.line_num}: {error}. A quoted field may hold a stray quotation mark: mend the line."
            ) from error


def _encoding(opened: Callable[[], IO[bytes]], name: str) -> str:
    """Read a file once to find its encoding, so that no row is taken before that is known."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8-sig"
    with opened() as raw:
        while block := raw.read(_BLOCK):
            if b"\x00" in block:
                raise MalformedRow(
                    f"{name} is not a CSV file in UTF-8 or Windows-1252: it holds binary data. If it is a workbook or an archive, "
                    "keep its ending .xlsx or .zip; if it is text in UTF-16, save it as UTF-8."
                )
            if encoding == "utf-8-sig":
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    encoding = "cp1252"
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        encoding = "cp1252"
    return encoding


def _sheet_rows(book_file: Path | io.BytesIO, name: str, sheet_with: Sequence[str]) -> list[Row]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(book_file, read_only=True, data_only=True)
        sheets = {
            sheet.title: [[_sheet_cell(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
            for sheet in book.worksheets
        }
        book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, SyntaxError, zlib.error) as error:
        raise MalformedRow(
            f"{name} is not a whole XLSX workbook ({error}). Fetch it again from its publisher."
        ) from error
    wanted = {word.lower() for word in sheet_with}
    for rows in sheets.values():
        for start, row in enumerate(rows):
            if wanted <= {cell.lower() for cell in row}:
                return rows[start:]
    raise MissingColumn(
        f"{name} has no sheet with the columns {', '.join(sheet_with)}; its sheets are {', '.join(sheets)}. Save the sheet as CSV."
    )


def _sheet_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return f"{value:%Y%m%d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def find_column(header: Row, names: Sequence[str], path: Path) -> int:
    """Find a column by any of its published names.

    Parameters
    ----------
    header
        The first row.
    names
        Accepted names, the preferred one first; case does not matter.
    path
        The file, for the message.

    Returns
    -------
    column
        Its position.

    Raises
    ------
    MissingColumn
        None of the names occurs.
    """
    found = find_optional_column(header, names)
    if found is None:
        raise MissingColumn(
            f"{path} has no column {' or '.join(names)}; it has {', '.join(header)}. Rename the column that is meant."
        )
    return found


def find_optional_column(header: Row, names: Sequence[str]) -> int | None:
    """Find a column by any of its published names, if it is there.

    Parameters
    ----------
    header
        The first row.
    names
        Accepted names, the preferred one first; case does not matter.

    Returns
    -------
    column
        Its position, or None.
    """
    lowered = [cell.lower() for cell in header]
    for name in names:
        if name.lower() in lowered:
            return lowered.index(name.lower())
    return None


def cell(row: Row, column: int, path: Path, line: int) -> str:
    """Take one cell of a row.

    Parameters
    ----------
    row
        The row.
    column
        Position of the cell.
    path
        The file, for the message.
    line
        Number of the row, for the message.

    Returns
    -------
    text
        The stripped text.

    Raises
    ------
    MalformedRow
        The row is too short.
    """
    if column >= len(row):
        raise MalformedRow(
            f"{path}, row {line}: {len(row)} columns, at least {column + 1} expected. "
            "The file may be cut short, or a quoted field may hold a stray quotation mark."
        )
    return row[column]


def count_of(text: str, path: Path, line: int) -> int:
    """Read a count of people.

    Parameters
    ----------
    text
        Digits, as published (``1783``, ``1,783`` or ``1783.0``).
    path
        The file, for the message.
    line
        Number of the row, for the message.

    Returns
    -------
    count
        Not negative.

    Raises
    ------
    MalformedRow
        The text is no count.
    """
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise MalformedRow(f"{path}, row {line}: {text!r} is not a count of people. Give digits, 0 or more.")
    return round(value)


def day_of(text: str, path: Path, line: int) -> date | None:
    """Read an NHS date.

    Parameters
    ----------
    text
        ``20191001`` or ``2019-10-01``; empty for an open end.
    path
        The file, for the message.
    line
        Number of the row, for the message.

    Returns
    -------
    day
        The date, or None when empty.

    Raises
    ------
    MalformedRow
        The text is no date.
    """
    if not text:
        return None
    digits = text.replace("-", "")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise MalformedRow(
            f"{path}, row {line}: {text!r} is not a date. Write it as YYYYMMDD, or leave it empty for an open end."
        ) from None
