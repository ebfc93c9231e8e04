"""Reading is imported by every process: it must be quick and small, and its heavy parts wait until they are needed."""

import json
import subprocess
import sys

from tests.reading.figures import catalogue

PROBE = """
import json, sys, time
def megabytes(name):
    # Not ru_maxrss: a child inherits its parent's.
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(name))
kinds = json.load(sys.stdin)
before = megabytes("VmRSS:")
started = time.process_time()
import reading.datum, reading.numbers, reading.personal, reading.problem
took = time.process_time() - started
heavy = [name for name in ("opencc", "shapely", "numpy", "sklearn") if name in sys.modules]
reader = reading.problem.ProblemReader(reading.problem.Kind(*kind) for kind in kinds)
reader.read("路灯不亮")
print(took, megabytes("VmHWM:") - before, ",".join(heavy) or "none", "sklearn" in sys.modules)
"""


def test_the_import_is_light_and_a_reader_is_not_heavy() -> None:
    kinds = json.dumps([(kind.code, kind.name, kind.keywords) for kind in catalogue()])
    done = subprocess.run([sys.executable, "-c", PROBE], input=kinds, capture_output=True, text=True, check=True)
    seconds, megabytes, heavy, learns = done.stdout.split()
    assert heavy == "none"
    assert float(seconds) < 0.5
    assert float(megabytes) < 60
    assert learns == "False"
