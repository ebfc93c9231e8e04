"""An older program beside the newest one: in a rolling restart the new one has migrated, and the old one still writes.

    python -m tests.faults.older --revision REV --reports 60 --seed 1 [--mutant]

The old program is taken out of git into a folder of its own. It begins on an empty PostgreSQL; then the new one is
started beside it, behind the same webhook, and migrates while the old one works; then the old one is asked to end.
Reports come all the while. REV: a commit whose newest migration is 0004; what it writes is known by the column that
0005 added, where it leaves nothing. The control is a schema in which that column may not be empty.
"""

import argparse
import random
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from tests.faults import district
from tests.faults.crew import Crew, door, free_ports
from tests.faults.kills import Flow
from tests.faults.outcome import Outcome, judge
from tests.faults.records import Log, in_server, nothing_waits
from tests.machine import Postgres, postgres_server
from tests.processes import ROOT, SimulatorProcess, until

A_WHILE_S = 2.0
NEEDED = "ALTER TABLE ticket_events ADD CHECK (cause_id IS NOT NULL) NOT VALID"
VERSION = "SELECT version_num FROM alembic_version"


def taken_out(revision: str, folder: Path) -> Path:
    packed = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as tree:
        tree.extractall(folder, filter="data")
    return folder


@dataclass(frozen=True, slots=True)
class Told:
    """schemas: before, and while both ran. by_old: events the old one wrote into the newer. stumbled: turns that were
    tried again: 0004 takes it for a failure to come second, or to be ended by PostgreSQL for the migration's sake."""

    outcome: Outcome
    schemas: tuple[str, str]
    by_old: int
    stumbled: int

    @property
    def is_sound(self) -> bool:
        return self.outcome.is_sound and self.by_old > 0

    def __str__(self) -> str:
        return (
            f"schema {' -> '.join(self.schemas)}: {self.by_old} events written there by the old one;"
            f" turns tried again {self.stumbled}; {self.outcome}"
        )


def run(folder: Path, server: Postgres, old: Path, *, reports: int, seed: int, mutant: bool) -> Told:
    name, ports, share = server.create(), free_ports(2), reports // 4
    with (
        SimulatorProcess(folder / "simulator", district.town()).start() as simulator,
        in_server(server.url(name)) as records,
        door(ports) as address,
        Crew(
            folder, simulator, processes=2, ports=ports, DATABASE_URL=records.url, PUBLIC_URL=address,
            DISTRICT=str(district.write_district(folder / "district")),
        ) as crew,
    ):  # fmt: skip
        flow, log = Flow(simulator, random.Random(seed)), Log(simulator)
        before, after = crew.bots
        before.environment["PYTHONPATH"] = str(old)
        before.start()
        until(lambda: crew.runs(before) or not before.lives, "the old one to run")
        flow.while_(A_WHILE_S, share, lambda: before.lives)
        first = records.rows(VERSION)[0][0]
        after.start()
        flow.while_(A_WHILE_S, share, lambda: before.lives)
        until(lambda: crew.runs(after) or not after.lives, "the new one to run")
        assert after.lives, crew.told(after)[-2000:]
        if mutant:
            records.rows(NEEDED)
        alone = records.rows("SELECT coalesce(max(id), 0) FROM ticket_events")[0][0]
        flow.while_(A_WHILE_S, share, lambda: before.lives)
        assert before.stop() == 0, crew.told(before)[-2000:]
        flow.reports(reports - len(flow.said))
        until(lambda: nothing_waits(simulator, records), "all to be done", 180)
        assert after.stop() == 0, crew.told(after)[-2000:]
        return Told(
            judge(records, log, flow.said),
            (first, records.rows(VERSION)[0][0]),
            records.rows(f"SELECT count(*) FROM ticket_events WHERE cause_id IS NULL AND id > {alone}")[0][0],
            records.rows("SELECT count(*) FROM inbox WHERE attempts > 0")[0][0],
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.older", description=__doc__.splitlines()[0])
    parser.add_argument("--revision", required=True)
    parser.add_argument("--reports", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutant", action="store_true", help="the control; the old one must write nothing")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grid-older-") as place, postgres_server() as server:
        old = taken_out(asked.revision, Path(place) / "old")
        told = run(Path(place), server, old, reports=asked.reports, seed=asked.seed, mutant=asked.mutant)
    print(f"{asked.revision} beside this, seed {asked.seed}, {'control' if asked.mutant else 'as it is'}: {told}")
    assert len(set(told.schemas)) == 2, "the old one has the newest schema: name an older"
    return 0 if told.is_sound != asked.mutant else 1


if __name__ == "__main__":
    sys.exit(main())
