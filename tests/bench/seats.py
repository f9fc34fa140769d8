"""Seats under a rush: 200 trials of 80 people for 20 seats on both engines, beside reading first and writing then."""

import json
import os
import sys
import time

from tests.bench.report import Figure
from tests.bench.world import on_both_engines

TRIALS = 200
# The control needs no more to show itself.
CONTROLS = 20


def figures(environment: dict[str, str]) -> list[Figure]:
    """SQLite always, PostgreSQL where it is installed; each in a scratch database of its own."""
    found = []
    for engine, lines in on_both_engines("seats", environment):
        for run in lines:
            found += told(engine, run)
    return found


def told(engine: str, run: dict[str, float]) -> list[Figure]:
    words = ", ".join(f"{name} {run[name]}" for name in ("oversold", "idle", "problems", "differ"))
    return [
        Figure(
            name=f"Seats, {run['trials']} × 80 people for 20, {engine}",
            measured=f"{words}; {run['ms']:.0f} ms a trial",
            target="never oversold, never idle, no error",
            is_met=not (run["oversold"] or run["idle"] or run["problems"] or run["differ"]),
        ),
        Figure(
            name=f"Control: reading first, {engine}",
            measured=f"oversold in {run['control_oversold']} of {run['controls']}",
            target="oversells" if engine == "PostgreSQL" else "",
            is_met=bool(run["control_oversold"]) if engine == "PostgreSQL" else None,
        ),
    ]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from tests.builders import make_event
    from tests.seat_races import by_reading_first, crowd, rush, tomorrow

    call_command("migrate", verbosity=0, interactive=False)
    trials = int(os.environ.get("TRIALS", TRIALS))
    began, took = 0.0, 0.0
    run: dict[str, float] = {
        "trials": trials,
        "controls": CONTROLS,
        "oversold": 0,
        "idle": 0,
        "problems": 0,
        "differ": 0,
    }
    with crowd() as pool:
        for trial in range(trials):
            event = make_event(**tomorrow())
            began = time.perf_counter()
            outcome = rush(event, pool, seed=trial)
            took += time.perf_counter() - began
            run["oversold"] += outcome.is_oversold
            run["idle"] += outcome.has_idle_seats
            run["problems"] += len(outcome.problems)
            run["differ"] += "counts differ" in outcome.faults
            for problem in outcome.problems[:3]:
                print(problem, file=sys.stderr)
        control = [
            rush(make_event(**tomorrow()), pool, act=by_reading_first, seed=n) for n in range(CONTROLS)
        ]
    run |= {"ms": took / trials * 1000, "control_oversold": sum(one.is_oversold for one in control)}
    print(json.dumps(run), flush=True)


if __name__ == "__main__":
    main()
