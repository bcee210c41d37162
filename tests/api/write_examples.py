"""Write the examples of the API's description: what the service answers for the example council.

``python -m tests.api.write_examples`` after a change of shape; a test holds the examples to the schemas.
"""

from __future__ import annotations

import json
from typing import Any

from app.main import create_app
from tests.api.serving import EXAMPLE, ROOT, ended, example_council, serving

EXAMPLES = ROOT / "app" / "api" / "examples.json"

NEW_PACKAGE: dict[str, Any] = {
    "package": {
        "package_ref": "P-101",
        "person_ref": "N-101",
        "home_ref": "H-101",
        "state": "waiting",
        "priority": 1,
        "dates": {"referred": "2026-11-19", "discharge_ready": "2026-11-23"},
        "waits_in": "hospital",
        "requirements": {"skills": ["hoist"]},
        "lines": [
            {
                "line_ref": "L1",
                "service": "visits",
                "visits": [
                    {"visit_ref": "am", "label": "morning", "duration_min": 30, "preferred": "08:30"},
                    {"visit_ref": "bed", "label": "bed", "duration_min": 30, "window": ["19:30", "21:30"]},
                ],
            }
        ],
    },
    "home": {"home_ref": "H-101", "lon": 1.506, "lat": 54.5046, "postcode_sector": "XX9 1"},
}
NEW_ALLOCATION = {"seed": 1, "searches": 3, "iterations": 200}


def main() -> None:
    """Ask the service and keep its answers."""
    with serving(create_app(example_council(), folder=EXAMPLE.parent)) as client:
        told: dict[str, Any] = {"new_package": NEW_PACKAGE, "health": client.get("/v1/health").json()}
        told["received"] = client.post("/v1/packages", json=NEW_PACKAGE).json()
        told["new_allocation"] = NEW_ALLOCATION
        started = client.post("/v1/allocations", json=NEW_ALLOCATION).json()
        told["running"] = started | {"elapsed_s": 0.0}
        told["finished"] = ended(client, f"/v1/allocations/{started['id']}") | {"elapsed_s": 4.2}
        told["cancelled"] = told["running"] | {"state": "cancelled", "stage": "searching", "of": 2, "elapsed_s": 2.5}
        told["waiting"] = client.get("/v1/packages/P-101").json()
        told["plan"] = client.get("/v1/plan").json()
        told["round"] = client.get("/v1/rounds/R-1").json()
    EXAMPLES.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
