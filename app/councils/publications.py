"""What a council is built from, and where its publishers keep it."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

ONS = "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services"
ODS = "https://www.odsdatasearchandexport.nhs.uk/api/getReport?report="
OS = "https://api.os.uk/downloads/v1/products"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One file as its publisher offers it.

    Attributes
    ----------
    kind
        As in `app.councils.sources.KINDS`.
    url
        Of the file, or of an ArcGIS feature layer.
    file
        Name that it gets here.
    page
        Where a person finds it, for the day the address changes.
    layer
        Whether the address is an ArcGIS feature layer, asked page by page.
    where
        Which features of a layer.
    checksum_url
        Where its MD5 stands, if it is published: in a file of its own, or in a list of downloads as JSON.
    link
        Where the address is that of a page: how the file's own address is recognised on it.
    """

    kind: str
    url: str
    file: str
    page: str
    layer: bool = False
    where: str = "1=1"
    checksum_url: str | None = None
    link: str | None = None


CATALOGUE = (
    Publication(
        kind="areas",
        url=f"{ONS}/Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BGC_V5/FeatureServer/0",
        file="lsoa21.geojson",
        page="https://geoportal.statistics.gov.uk/ (Lower layer Super Output Areas, December 2021, boundaries EW BGC)",
        layer=True,
        where="LSOA21NM LIKE '{council} %'",
    ),
    Publication(
        kind="wards",
        url=f"{ONS}/Wards_December_2024_Boundaries_UK_BGC/FeatureServer/0",
        file="wards24.geojson",
        page="https://geoportal.statistics.gov.uk/ (Wards, December 2024, boundaries UK BGC)",
        layer=True,
        where="LAD24NM = '{council}' OR LAD24NM LIKE '{council}, %'",  # Bristol, City of
    ),
    Publication(
        kind="membership",
        url=f"{ODS}epcncorepartnerdetails",
        file="epcncorepartnerdetails.csv",
        page="https://www.odsdatasearchandexport.nhs.uk/ (predefined reports)",
    ),
    Publication(
        kind="practices",
        url=f"{ODS}epraccur",
        file="epraccur.csv",
        page="https://www.odsdatasearchandexport.nhs.uk/ (predefined reports)",
    ),
    Publication(
        kind="postcodes",
        url=f"{OS}/CodePointOpen/downloads?area=GB&format=CSV&redirect",
        file="codepo_gb.zip",
        page="https://osdatahub.os.uk/downloads/open/CodePointOpen",
        checksum_url=f"{OS}/CodePointOpen/downloads?area=GB&format=CSV",
    ),
    Publication(
        kind="uprns",
        url=f"{OS}/OpenUPRN/downloads?area=GB&format=CSV&redirect",
        file="osopenuprn.zip",
        page="https://osdatahub.os.uk/downloads/open/OpenUPRN",
        checksum_url=f"{OS}/OpenUPRN/downloads?area=GB&format=CSV",
    ),
    Publication(
        kind="streets",
        url="https://download.geofabrik.de/europe/united-kingdom/england/{region}-latest.osm.pbf",
        file="{region}-latest.osm.pbf",
        page="https://download.geofabrik.de/europe/united-kingdom/england.html",
        checksum_url="https://download.geofabrik.de/europe/united-kingdom/england/{region}-latest.osm.pbf.md5",
    ),
)
"""What is fetched, each address as others were seen to use it in 2025 and 2026."""

REGISTERED_PAGE = (
    "https://digital.nhs.uk/data-and-information/publications/statistical/patients-registered-at-a-gp-practice"
)
_REGISTERED_LINK = r"https://files\.digital\.nhs\.uk/[0-9A-Za-z/]+/gp-reg-pat-prac-lsoa[^\"'\s<>]*\.(?:zip|csv)"
_QUARTERS = {1: "january", 4: "april", 7: "july", 10: "october"}


def catalogue(
    council: str,
    region: str | None = None,
    *,
    registered: date | None = None,
    registered_url: str | None = None,
    properties: bool = False,
) -> tuple[Publication, ...]:
    """List what to fetch for a council.

    Parameters
    ----------
    council
        Name as the ONS writes it (``Sheffield``).
    region
        Geofabrik's name of the region (``south-yorkshire``); None: no streets.
    registered
        Month whose ``gp-reg-pat-prac-lsoa`` is fetched; None: not fetched.
    registered_url
        Address of that file, where it is known.
    properties
        Whether OS Open UPRN is fetched, over 600 MB.

    Returns
    -------
    tuple of Publication
        With the council and the region filled in.

    Raises
    ------
    ValueError
        Small areas are not published for that month.
    """
    quoted = council.replace("'", "''")
    found = [
        replace(
            one,
            url=one.url.replace("{region}", region or ""),
            file=one.file.replace("{region}", region or ""),
            where=one.where.replace("{council}", quoted),
            checksum_url=None if one.checksum_url is None else one.checksum_url.replace("{region}", region or ""),
        )
        for one in CATALOGUE
        if (one.kind != "streets" or region is not None) and (one.kind != "uprns" or properties)
    ]
    if registered_url is not None:
        name = Path(urllib.parse.urlsplit(registered_url).path).name or "gp-reg-pat-prac-lsoa.csv"
        found.append(Publication(kind="registered", url=registered_url, file=name, page=REGISTERED_PAGE))
    elif registered is not None:
        found.append(_registered_of(registered))
    return tuple(found)


def _registered_of(month: date) -> Publication:
    """Give the page of a month: the file's own address changes every time."""
    if month.month not in _QUARTERS:
        raise ValueError(
            f"Registered patients by small area are published for January, April, July and October, not for {month:%B}."
        )
    page = f"{REGISTERED_PAGE}/{_QUARTERS[month.month]}-{month.year}"
    file = f"gp-reg-pat-prac-lsoa-{month:%Y-%m}.zip"
    return Publication(kind="registered", url=page, file=file, page=page, link=_REGISTERED_LINK)
