"""The fictional borough goes through the same loaders as a real town."""

from __future__ import annotations

from datetime import date

import numpy as np

from geo.boundaries import dissolve, read_areas
from geo.locate import Locator
from geo.pcn import plurality, read_membership, read_registered
from geo.places import addresses_from_osm, read_population
from geo.postcodes import read_code_point
from geo.travel import UNREACHABLE_S, snap, travel_seconds
from tests.geo.towns import real_network
from tests.real_data import ROOT

DEMO, BOUNDARIES = ROOT / "data" / "demo", ROOT / "data" / "boundaries"


def test_the_boroughs_areas_networks_and_people_fit_together() -> None:
    areas = read_areas(BOUNDARIES / "doggerby_lsoa.geojson")
    assert areas.attrs["mended"] == []
    membership = read_membership(DEMO / "epcncorepartnerdetails.csv")
    lookup = plurality(membership, read_registered(DEMO / "gp-reg-pat-prac-lsoa.csv"), date(2026, 1, 5))
    zones = dissolve(areas, dict(zip(lookup["area_ref"], lookup["pcn_ref"], strict=True)))
    assert zones.attrs["left_out"] == []
    assert len(zones) == 7
    assert set(read_population(DEMO / "lsoa_population_60plus.csv")["area_ref"]) == set(areas["area_ref"])


def test_the_boroughs_homes_lie_in_areas_and_on_streets() -> None:
    addresses = addresses_from_osm(DEMO / "doggerby.osm.pbf")
    addresses = addresses.iloc[:: max(1, len(addresses) // 500)]
    locator = Locator(read_areas(BOUNDARIES / "doggerby_lsoa.geojson"))
    locator.locate_all(addresses["lon"].to_numpy(), addresses["lat"].to_numpy())
    postcodes = read_code_point(DEMO / "codepoint_open.csv")
    assert set(addresses["postcode"]) <= set(postcodes["postcode"])
    network = real_network(DEMO / "doggerby.osm.pbf", "walk")
    homes = snap(network, addresses["lon"].to_numpy(), addresses["lat"].to_numpy())
    assert not homes.off_network.any()
    seconds = travel_seconds(network, homes, cutoff_s=None)
    assert (seconds != UNREACHABLE_S).all()
    assert np.array_equal(seconds, seconds.T)
