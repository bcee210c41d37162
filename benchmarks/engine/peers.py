"""Routing libraries that solve a zone day by day: VROOM, PyVRP and OR-Tools routing.

All get the same visits, windows, shifts, legs and prices, and minimise exactly what a day costs; but VROOM has no price
for waiting, and where waiting is paid it still minimises start-up and travel.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from time import process_time
from typing import Any

from benchmarks.engine.tasks import Routes, Task

Peer = Callable[[Task, float, int], Routes]
"""Solves a task in about so many CPU seconds, with a seed."""

VROOM_EXPLORATION = 5
"""The most thorough; VROOM decides by itself how long that takes."""


def vroom_routes(task: Task, _seconds: float, _seed: int) -> Routes:
    """Solve a task by VROOM at its most thorough.

    Parameters
    ----------
    task
        The task.
    _seconds, _seed
        VROOM has neither.

    Returns
    -------
    list of list of int
        Visits that it assigns to nobody are left out.

    References
    ----------
    https://github.com/VROOM-Project/vroom, by https://github.com/VROOM-Project/pyvroom.
    """
    import vroom

    hours = vroom.TimeWindow(task.opens_s, task.closes_s)
    # VROOM prices travel by the hour: 3,600 an hour is one a second.
    costs = vroom.VehicleCosts(fixed=task.start_s, per_hour=3_600)
    asked = vroom.Input()
    asked.set_durations_matrix(profile="car", matrix_input=task.travel_s.astype("uint32"))
    for i in range(task.fleet):
        asked.add_vehicle(vroom.Vehicle(i, start=0, end=0, time_window=hours, costs=costs))
    for i, duration_s in enumerate(task.duration_s):
        window = vroom.TimeWindow(task.earliest_s[i], task.latest_s[i])
        asked.add_job(vroom.Job(i, location=i + 1, default_service=duration_s, time_windows=[window]))
    found = asked.solve(exploration_level=VROOM_EXPLORATION, nb_threads=1).to_dict()
    return [[step["id"] for step in route["steps"] if step["type"] == "job"] for route in found["routes"]]


def pyvrp_routes(task: Task, seconds: float, seed: int) -> Routes:
    """Solve a task by PyVRP.

    Parameters
    ----------
    task
        The task.
    seconds
        CPU seconds.
    seed
        Of its random numbers.

    Returns
    -------
    list of list of int
        May break windows where it finds nothing better; the scorer says so.

    References
    ----------
    Wouda, Lan and Kool (2024), INFORMS Journal on Computing 36, 943-955; https://github.com/PyVRP/PyVRP.
    """
    import pyvrp

    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(len(task.visits) + 1)],
        clients=[
            pyvrp.Client(i + 1, service_duration=duration_s, tw_early=task.earliest_s[i], tw_late=task.latest_s[i])
            for i, duration_s in enumerate(task.duration_s)
        ],
        depots=[pyvrp.Depot(0)],
        vehicle_types=[
            pyvrp.VehicleType(
                task.fleet,
                tw_early=task.opens_s,
                tw_late=task.closes_s,
                fixed_cost=task.start_s,
                # Of a route's duration only travel and waiting differ between solutions.
                unit_distance_cost=int(not task.waiting_is_paid),
                unit_duration_cost=int(task.waiting_is_paid),
            )
        ],
        distance_matrices=[task.travel_s],
        duration_matrices=[task.travel_s],
    )
    found = pyvrp.solve(data, _until(seconds), seed=seed, collect_stats=False)
    return [[stop.idx for stop in route.schedule() if stop.is_client()] for route in found.best.routes()]


def ortools_routes(task: Task, seconds: float, seed: int) -> Routes:
    """Solve a task by OR-Tools routing with guided local search.

    Parameters
    ----------
    task
        The task.
    seconds
        CPU seconds.
    seed
        Of its random numbers.

    Returns
    -------
    list of list of int
        None at all where it finds no first solution in time.

    References
    ----------
    https://developers.google.com/optimization/routing
    """
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    nodes = pywrapcp.RoutingIndexManager(len(task.visits) + 1, task.fleet, 0)
    model = pywrapcp.RoutingModel(nodes)
    model.solver().ReSeed(seed)
    travel = task.travel_s
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(travel.tolist()))
    lasting = travel.copy()
    lasting[1:] += [[duration_s] for duration_s in task.duration_s]
    model.SetFixedCostOfAllVehicles(task.start_s)
    shift_s = task.closes_s - task.opens_s
    by_time = model.RegisterTransitMatrix(lasting.tolist())
    model.AddDimension(by_time, shift_s, task.closes_s, False, "time")
    time = model.GetDimensionOrDie("time")
    time.SetSlackCostCoefficientForAllVehicles(int(task.waiting_is_paid))
    for vehicle in range(task.fleet):
        time.CumulVar(model.Start(vehicle)).SetMin(task.opens_s)
    for i in range(len(task.visits)):
        time.CumulVar(nodes.NodeToIndex(i + 1)).SetRange(task.earliest_s[i], task.latest_s[i])
    until_s = process_time() + seconds
    model.AddSearchMonitor(model.solver().CustomLimit(lambda: process_time() >= until_s))
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.time_limit.FromMilliseconds(round(10_000 * seconds))
    found = model.SolveWithParameters(search)
    return [_followed(model, nodes, found, vehicle) for vehicle in range(task.fleet)] if found else []


def _until(seconds: float) -> Callable[[int], bool]:
    """Make PyVRP's stop after so many CPU seconds of this process; it asks with its best cost."""
    until_s = process_time() + seconds

    def spent(_best_cost: int) -> bool:
        return process_time() >= until_s

    return spent


def _followed(model: Any, nodes: Any, found: Any, vehicle: int) -> list[int]:
    """Follow a vehicle of OR-Tools from its start to its end."""
    route, at = [], model.Start(vehicle)
    while not model.IsEnd(at):
        if (node := nodes.IndexToNode(at)) > 0:
            route.append(node - 1)
        at = found.Value(model.NextVar(at))
    return route


PEERS: dict[str, tuple[str, Peer]] = {
    "vroom": ("vroom", vroom_routes),
    "pyvrp": ("pyvrp", pyvrp_routes),
    "ortools": ("ortools", ortools_routes),
}
"""Name to the module that it needs, and its adapter."""


def present() -> tuple[dict[str, Peer], list[str]]:
    """Find the peers that are installed.

    Returns
    -------
    peers : dict
        Name to adapter.
    missing : list of str
        Names of those that are not; they are in the ``bench`` extra.
    """
    here = {name: peer for name, (module, peer) in PEERS.items() if importlib.util.find_spec(module) is not None}
    return here, [name for name in PEERS if name not in here]
