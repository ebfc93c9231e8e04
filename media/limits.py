"""How much one picture worker may have, asked of the system by the worker itself, for good."""

import os
import signal
import sys
from contextlib import suppress

if sys.platform != "win32":
    import resource

PEAK_BYTES = 380_000_000  # resident, all in all; the rest up to 400 MB are pages of libraries not touched so far
PROCESSOR_S = 10  # for one picture
_ROOM_BYTES = 300_000_000
"""Where the system does not tell what is in use: so much beside what a bare interpreter has."""


def confine() -> list[str]:
    """No more memory than for one picture, no core file, no file written. Call it once all libraries are loaded.

    Returns what could not be limited here: ["memory"] on macOS, which does not keep such a limit.
    """
    failed = []
    held = _held()
    room = held[0] + PEAK_BYTES - held[1] if held else 4_000_000_000 + _ROOM_BYTES
    for name, kind, amount in (
        ("memory", "RLIMIT_AS", room),
        ("core files", "RLIMIT_CORE", 0),
        ("files", "RLIMIT_FSIZE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, kind), (amount, amount))
        except (NameError, AttributeError, ValueError, OSError):
            failed.append(name)
    if held is None and "memory" not in failed:
        failed.append("memory")
    return failed


def wind_up() -> None:
    """From now on so much processor time; what needs more is ended by the system (SIGXCPU)."""
    with suppress(NameError, ValueError, OSError):
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(processor_s()) + 1 + PROCESSOR_S, most))


def processor_s() -> float:
    """Seconds of processor time this process has used."""
    used = os.times()
    return used.user + used.system


def peak_kb() -> int:
    """The most memory this process ever had resident. (ru_maxrss would count its parent's before exec, too.)"""
    with suppress(OSError, StopIteration), open("/proc/self/status", encoding="ascii", errors="replace") as status:
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1])
    with suppress(NameError):
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used // 1024 if sys.platform == "darwin" else used
    return 0


def be_modest(niceness: int) -> None:
    """Where both want the processor, the bot goes first; where memory ends, the worker goes first."""
    os.nice(niceness)
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
        score.write("900")


def outlive_nobody() -> None:
    """Ctrl-C and a stopped service reach every process of the group; a worker ends when its pipe ends, not before."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.SIG_IGN)


def _held() -> tuple[int, int] | None:
    """Bytes of address space and of resident memory in use now; None where there is no /proc."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            size, resident = statm.read().split()[:2]
    except OSError:
        return None
    page = os.sysconf("SC_PAGE_SIZE")
    return int(size) * page, int(resident) * page
