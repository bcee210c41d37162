"""Primary care networks: whose patients live where.

A PCN is a list of practices, not a piece of land. Its area is usually drawn as
the small areas most of whose registered patients are on the list of one of its
practices; the share of patients for whom that holds is kept beside it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from geo import tables
from geo.errors import EmptyFile, UnknownArea

if TYPE_CHECKING:
    import pandas as pd

_PRACTICE_CODE = re.compile(r"^[A-Z]\d{5}$")
_MEMBERSHIP_POSITIONS = {"practice_ref": 0, "practice_name": 1, "pcn_ref": 4, "pcn_name": 5, "start": 8, "end": 9}
_MEMBERSHIP_NAMES = {
    "practice_ref": ("Partner Organisation Code", "Practice Code", "PRACTICE_CODE"),
    "practice_name": ("Partner Name", "Practice Name", "PRACTICE_NAME"),
    "pcn_ref": ("PCN Code", "PCN_CODE"),
    "pcn_name": ("PCN Name", "PCN_NAME"),
    "start": ("Practice to PCN Relationship Start Date", "Start Date", "START_DATE"),
    "end": ("Practice to PCN Relationship End Date", "End Date", "END_DATE"),
}


def read_membership(path: Path) -> pd.DataFrame:
    """Read which practice belongs to which PCN, and from when to when.

    Parameters
    ----------
    path
        NHS ODS ``epcncorepartnerdetails`` as CSV, with or without header, or the published ``ePCN.xlsx``.

    Returns
    -------
    membership
        practice_ref, practice_name, pcn_ref, pcn_name, start, end (`datetime.date`;
        end None while the membership is open), in the order of the file.

    Raises
    ------
    EmptyFile, MalformedRow, MissingColumn
        The file is not of this form.
    """
    import pandas as pd

    rows = tables.read_rows(path, sheet_with=("Partner Organisation Code", "PCN Code"))
    columns = dict(_MEMBERSHIP_POSITIONS)
    first = 0
    if not _PRACTICE_CODE.match(rows[0][0]):
        columns = {key: tables.find_column(rows[0], names, path) for key, names in _MEMBERSHIP_NAMES.items()}
        first = 1
    records = [
        {key: tables.cell(row, column, path, line) for key, column in columns.items()}
        for line, row in enumerate(rows[first:], start=first + 1)
    ]
    if not records:
        raise EmptyFile(f"{path} holds a header and no rows. Fetch it again from its publisher.")
    membership = pd.DataFrame.from_records(records, columns=list(columns))
    for key in ("start", "end"):
        days = [tables.day_of(text, path, line) for line, text in enumerate(membership[key], start=first + 1)]
        membership[key] = pd.Series(days, dtype=object)
    return membership


def read_practices(path: Path) -> pd.DataFrame:
    """Read general practices.

    Parameters
    ----------
    path
        NHS ODS ``epraccur``, a CSV without header.

    Returns
    -------
    practices
        practice_ref, name, postcode, opened, closed (`datetime.date` or None),
        status (``A`` active, ``C`` closed, ``D`` dormant, ``P`` proposed).

    Raises
    ------
    EmptyFile, MalformedRow
        The file is not of this form.
    """
    import pandas as pd

    rows = tables.read_rows(path)
    first = 0 if re.match(r"^[A-Z0-9]{3,8}$", rows[0][0]) and any(c.isdigit() for c in rows[0][0]) else 1
    records = [
        {
            "practice_ref": tables.cell(row, 0, path, line),
            "name": tables.cell(row, 1, path, line),
            "postcode": tables.cell(row, 9, path, line),
            "opened": tables.day_of(tables.cell(row, 10, path, line), path, line),
            "closed": tables.day_of(tables.cell(row, 11, path, line), path, line),
            "status": tables.cell(row, 12, path, line),
        }
        for line, row in enumerate(rows[first:], start=first + 1)
    ]
    if not records:
        raise EmptyFile(f"{path} holds no practices. Fetch it again from its publisher.")
    return pd.DataFrame.from_records(
        records, columns=["practice_ref", "name", "postcode", "opened", "closed", "status"]
    ).astype({"opened": object, "closed": object})


def read_registered(path: Path, *, within: Collection[str] | None = None) -> pd.DataFrame:
    """Read how many patients of each practice live in each small area.

    Parameters
    ----------
    path
        NHS ``gp-reg-pat-prac-lsoa``: PRACTICE_CODE, LSOA_CODE, NUMBER_OF_PATIENTS; also its ZIP as published.
    within
        The areas that are kept, so that memory does not grow with the country; None keeps all.

    Returns
    -------
    registered
        practice_ref, area_ref, patients.

    Raises
    ------
    EmptyFile, MalformedRow, MissingColumn
        The file is not of this form.
    UnknownArea
        The file counts no patient in any of the areas.
    """
    import pandas as pd

    kept = None if within is None else frozenset(within)
    records = []
    elsewhere = ""
    for rows in tables.row_files(path):
        for practice, area, patients in _registered(rows, path):
            if kept is None or area in kept:
                # The same few thousand codes come again and again: one copy of each is enough.
                records.append((sys.intern(practice), sys.intern(area), patients))
            else:
                elsewhere = elsewhere or area
    if not records and kept and elsewhere:
        raise UnknownArea(
            f"{path} counts no patient in any of the areas; its first is {elsewhere}, theirs {min(kept)}. "
            "Give both with codes of the same year (2011 or 2021) and place."
        )
    if not records:
        raise EmptyFile(f"{path} holds no patients. Fetch it again from its publisher.")
    return pd.DataFrame.from_records(records, columns=["practice_ref", "area_ref", "patients"])


def _registered(rows: Iterator[tables.Row], path: Path) -> Iterator[tuple[str, str, int]]:
    """Read practice, area and patients of each row of one file."""
    columns: tuple[int, int, int] | None = None
    for line, row in enumerate(rows, start=1):
        if not any(row):
            continue
        if columns is None:
            columns = (
                tables.find_column(row, ("PRACTICE_CODE", "Practice Code"), path),
                tables.find_column(row, ("LSOA_CODE", "LSOA11CD", "LSOA21CD", "LSOA Code"), path),
                tables.find_column(row, ("NUMBER_OF_PATIENTS", "Number of Patients"), path),
            )
            continue
        tables.cell(row, max(columns), path, line)
        practice, area, count = columns
        yield row[practice], row[area], tables.count_of(row[count], path, line)


def current_membership(membership: pd.DataFrame, on: date) -> pd.DataFrame:
    """Take the memberships of a day, one for each practice.

    Parameters
    ----------
    membership
        As from `read_membership`.
    on
        The day; start and end days are inside.

    Returns
    -------
    current
        practice_ref, pcn_ref, pcn_name, start, ordered by practice_ref.
    """
    starts = membership["start"].map(lambda day: day is None or day <= on).astype(bool)
    ends = membership["end"].map(lambda day: day is None or day >= on).astype(bool)
    current = membership.loc[starts & ends, ["practice_ref", "pcn_ref", "pcn_name", "start"]]
    # Two rows for one practice on a hand-over day: the newer membership holds.
    current = current.assign(started=current["start"].map(lambda day: day or date.min))
    return current.sort_values(["practice_ref", "started", "pcn_ref"]).drop_duplicates("practice_ref", keep="last")


def shares_by_network(membership: pd.DataFrame, registered: pd.DataFrame, on: date) -> dict[str, dict[str, float]]:
    """Find which share of each area's registered patients is with each network.

    Parameters
    ----------
    membership
        As from `read_membership`.
    registered
        As from `read_registered`.
    on
        The day whose memberships hold.

    Returns
    -------
    shares
        By area_ref and pcn_ref, 0 to 1; the rest is with practices that belong to no network.
    """
    current = current_membership(membership, on)
    totals = registered.groupby("area_ref")["patients"].sum().to_dict()
    joined = registered.merge(current[["practice_ref", "pcn_ref"]], on="practice_ref", how="inner")
    joined = joined[joined["patients"] > 0]
    counts = joined.groupby(["area_ref", "pcn_ref"])[["patients"]].sum().reset_index()
    shares: dict[str, dict[str, float]] = {}
    for area, network, patients in zip(counts["area_ref"], counts["pcn_ref"], counts["patients"], strict=True):
        shares.setdefault(area, {})[network] = patients / totals[area]
    return shares


def plurality(membership: pd.DataFrame, registered: pd.DataFrame, on: date) -> pd.DataFrame:
    """Find, for each small area, the PCN with most of its registered patients.

    Patients of practices that belong to no PCN on that day count in the total,
    not for any PCN. Of PCNs with equally many patients the smaller code is taken.
    An area none of whose patients is with a PCN has no row.

    Parameters
    ----------
    membership
        As from `read_membership`.
    registered
        As from `read_registered`.
    on
        The day whose memberships hold; start and end days are inside.

    Returns
    -------
    lookup
        area_ref, pcn_ref, pcn_name, share (0 to 1, of all registered patients of
        the area), registered (all of them), ordered by area_ref.
    """
    current = current_membership(membership, on)
    totals = registered.groupby("area_ref")["patients"].sum()
    joined = registered.merge(current[["practice_ref", "pcn_ref"]], on="practice_ref", how="inner")
    joined = joined[joined["patients"] > 0]
    counts = joined.groupby(["area_ref", "pcn_ref"])[["patients"]].sum().reset_index()
    counts = counts.sort_values(["area_ref", "patients", "pcn_ref"], ascending=[True, False, True])
    lookup = counts.drop_duplicates("area_ref").reset_index(drop=True)
    names = current.drop_duplicates("pcn_ref").set_index("pcn_ref")["pcn_name"]
    lookup["pcn_name"] = lookup["pcn_ref"].map(names)
    lookup["registered"] = lookup["area_ref"].map(totals).astype("int64")
    lookup["share"] = lookup["patients"] / lookup["registered"]
    return lookup.loc[:, ["area_ref", "pcn_ref", "pcn_name", "share", "registered"]]
