"""What a disk would hold after a power cut: every write of a process and every flush, as `strace` saw them.

What was flushed is held. Of what was written since, any part may be: whole blocks, or some sectors of one. A new name
and a name taken away are held once their folder is flushed; until then either may be found.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

BLOCK, SECTOR = 4096, 512
TORN = 0.25
"""So many of the blocks that were under way go by sectors."""
LONGEST = 8192
"""Bytes of one call that are recorded; SQLite writes a page at a time."""
TRACED = "pwrite64,fsync,fdatasync,ftruncate,unlink,sendto"
CALL = re.compile(r'(\d+) +(\w+)\((?:\d+<([^>]*)>|"([^"]*)")(?:, (.*))?')
RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>.*= (-?\d+)")
WRITTEN = re.compile(r'"([^"]*)", \d+, (\d+)')
HTTP = b"POST ".hex()


@dataclass(frozen=True, slots=True)
class Event:
    """what: a call, or `said`: bytes to the network. file: its name; None for a folder. since: for a flush, the number
    of the event before which a write had to begin to be surely part of it."""

    what: str
    file: str | None
    data: bytes = b""
    at: int = 0
    since: int = 0


def recorder(trace: Path) -> list[str]:
    """The words to put before a program, whose children are recorded too."""
    return [
        "strace", "-f", "-q", "-y", "-xx", "-s", str(LONGEST), "--seccomp-bpf", "-e", f"trace={TRACED}",
        "-e", "signal=none", "-o", str(trace),
    ]  # fmt: skip


def events(trace: Path, database: Path) -> list[Event]:
    """What became of this database: its file, its log and its journal (the shared memory is made anew); and whatever
    was said to anybody meanwhile by the process that writes there, in one order."""
    found: list[Event] = []
    begun: dict[tuple[str, str], tuple[str, int]] = {}
    folder, names = str(database.parent), {str(database) + end: end for end in ("", "-wal", "-journal")}
    with trace.open("r", encoding="ascii") as lines:
        for line in lines:
            if ended := RESUMED.match(line):
                path, since = begun.pop((ended[1], ended[2]), ("", 0))
                if path and ended[3] == "0":
                    found.append(Event("flush", names.get(path), since=since))
            elif call := CALL.match(line):
                what, path, rest = call[2], _plain(call[3] or call[4]).decode(errors="replace"), call[5] or ""
                if what == "sendto" and _data(rest).startswith(HTTP):
                    found.append(Event("said", None, bytes.fromhex(_data(rest))))
                elif what in ("fsync", "fdatasync") and path in (*names, folder):
                    if "unfinished" in line:
                        begun[call[1], what] = path, len(found)
                    elif line.endswith("= 0\n"):
                        found.append(Event("flush", names.get(path), since=len(found)))
                elif path in names:
                    found.append(_change(what, names[path], rest))
    return found


def _change(what: str, file: str, rest: str) -> Event:
    if what == "pwrite64":
        written = WRITTEN.match(rest)
        assert written is not None, f"more than {LONGEST} bytes at once"
        return Event("write", file, _plain(written[1]), int(written[2]))
    if what == "ftruncate":
        return Event("cut", file, at=int(rest.split(")")[0].split()[0]))
    assert what == "unlink", what
    return Event("gone", file)


def _data(rest: str) -> str:
    """The digits of what was written, without their marks."""
    return rest[1 : rest.find('"', 1)].replace("\\x", "") if rest.startswith('"') else ""


def _plain(marked: str) -> bytes:
    return bytes.fromhex(marked.replace("\\x", ""))


@dataclass
class File:
    """held: what is on the disk; waiting: (number of the event, where, what), in order; None cuts it off there."""

    held: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, int, bytes | None]] = field(default_factory=list)
    is_named: bool = False
    is_leaving: bool = False

    def flush(self, since: int) -> None:
        for _, at, data in (one for one in self.waiting if one[0] < since):
            _put(self.held, at, data)
        self.waiting = [one for one in self.waiting if one[0] >= since]

    def after_a_cut(self, dice: random.Random, share: float) -> bytes:
        found = bytearray(self.held)
        for _, at, data in self.waiting:
            for start, part in _parts(at, data, dice):
                if dice.random() < share:
                    _put(found, start, part)
        return bytes(found)


def _put(content: bytearray, at: int, data: bytes | None) -> None:
    if data is None:
        del content[at:]
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(data)] = data


def _parts(at: int, data: bytes | None, dice: random.Random) -> Iterator[tuple[int, bytes | None]]:
    """What may arrive without the rest."""
    if data is None:
        yield at, None
        return
    end = at + len(data)
    while at < end:
        size = SECTOR if dice.random() < TORN else BLOCK
        until = min(end, (at // size + 1) * size)
        yield at, data[len(data) - (end - at) : len(data) - (end - until)]
        at = until


class Drive:
    """flushes: whether it keeps its word; False: it says so and does nothing, as the worst disks do."""

    def __init__(self, *, flushes: bool = True) -> None:
        self.files: dict[str, list[File]] = {}
        self._flushes = flushes

    def hears(self, number: int, event: Event) -> None:
        if event.what == "flush":
            if self._flushes:
                self._flush(event)
        elif event.file is not None:
            self._changes(number, event, self.files.setdefault(event.file, []))

    def _changes(self, number: int, event: Event, called: list[File]) -> None:
        if event.what == "gone":
            called[-1].is_leaving = True
            return
        if not called or called[-1].is_leaving:
            called.append(File())
        called[-1].waiting.append((number, event.at, event.data if event.what == "write" else None))

    def _flush(self, event: Event) -> None:
        if event.file is not None:
            for file in self.files.get(event.file, [])[-1:]:
                file.flush(event.since)
            return
        for name, called in self.files.items():
            self.files[name] = [file for file in called if not file.is_leaving]
            for file in self.files[name]:
                file.is_named = True

    def whole(self) -> dict[str, bytes]:
        """All that was written, as the system shows it while there is power."""
        surely, still = random.Random(0), {name: called[-1] for name, called in self.files.items() if called}
        return {name: file.after_a_cut(surely, 1.0) for name, file in still.items() if not file.is_leaving}

    def after_a_cut(self, dice: random.Random) -> dict[str, bytes]:
        """What is found when there is power again; something else each time. None, all or some of what was under way
        has arrived."""
        share, found = dice.choice((0.0, 1.0, dice.random(), dice.random())), dict[str, bytes]()
        for name, called in self.files.items():
            for file in called:
                if file.is_named or dice.random() < share:
                    if not file.is_leaving or dice.random() >= share:
                        found[name] = file.after_a_cut(dice, share)
                    else:
                        found.pop(name, None)
        return found


def cut(
    recorded: Sequence[Event], times: int, dice: random.Random, *, flushes: bool = True
) -> Iterator[tuple[dict[str, bytes], list[bytes]]]:
    """So many cuts, each at a moment the dice choose: what is found afterwards, and what had been said until then."""
    moments, drive = sorted(dice.randrange(len(recorded)) for _ in range(times)), Drive(flushes=flushes)
    said: list[bytes] = []
    at = 0
    for moment in moments:
        for number in range(at, moment):
            drive.hears(number, recorded[number])
            if recorded[number].what == "said":
                said.append(recorded[number].data)
        at = moment
        yield drive.after_a_cut(dice), list(said)


def as_it_was_left(recorded: Sequence[Event]) -> dict[str, bytes]:
    """The files after all of it, without a cut: to be compared with those there are."""
    drive = Drive()
    for number, event in enumerate(recorded):
        drive.hears(number, event)
    return drive.whole()
