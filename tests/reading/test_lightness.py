"""Reading is imported by every process: it must be quick and small, and its heavy parts wait until they are needed."""

import subprocess
import sys

PROBE = """
import sys, time
started = time.perf_counter()
import reading.datum, reading.numbers, reading.personal, reading.place, reading.problem
took = time.perf_counter() - started
heavy = [name for name in ("opencc", "shapely", "numpy", "sklearn") if name in sys.modules]
# Not ru_maxrss: a child inherits its parent's.
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
print(took, peak, ",".join(heavy) or "none")
"""


def test_the_import_is_light() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    seconds, megabytes, heavy = done.stdout.split()
    assert heavy == "none"
    assert float(seconds) < 0.5
    assert float(megabytes) < 60
