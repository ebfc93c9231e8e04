"""`python -m media.worker`: opens strangers' pictures, one after another, in a process that may fall.

Frames (`media.framing`) come in at stdin and answers go out at stdout; the end of stdin is the end. First it says that
it is ready, and which limits this system does not know. An answer's words hold one of
    told   what the job told, its files behind
    bad    why the picture was refused (`BadPicture`)
    fault  what went wrong in our own code
and always `spent`: the processor seconds and the peak of memory (kB) of this process so far.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

from media import pairs, photos
from media.framing import LENGTH_BYTES, Json, framed, head_length, read_head
from media.hiding import why_not
from media.limits import be_modest, confine, outlive_nobody, peak_kb, processor_s, wind_up
from media.picture import BadPicture
from media.scene import same_scene

Files = list[bytes]
Job = Callable[..., tuple[Json, Files]]


def _clean(files: Files, *, hides: bool) -> tuple[Json, Files]:
    (data,) = files
    return photos.clean(data, hides=hides).told()


def _pair(files: Files, *, shots: Sequence[Json], words: Json) -> tuple[Json, Files]:
    """As `pairs.job`, and of each picture of after how likely it shows the same place as that of before (scene)."""
    told, made = pairs.job(files, shots=shots, words=words)
    first, *others = told["used"]
    has_before = shots[first]["party"] is None
    return {**told, "scene": [same_scene(files[first], files[at]) for at in others] if has_before else []}, made


JOBS: Mapping[str, Job] = {"clean": _clean, "pair": _pair}
"""By name: takes files and whatever JSON can say, gives words and files."""


def main(jobs: Mapping[str, Job] = JOBS, *, confined: bool = True) -> None:
    """confined: False only to show what the limits are for."""
    outlive_nobody()
    be_modest(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    why_not()  # what hiding needs is loaded before memory is limited, and by nobody's picture
    unlimited = confine() if confined else ["memory", "core files", "files", "time"]
    _hush()
    _send(answers, {"ready": unlimited, "spent": [processor_s(), peak_kb()]}, [])
    while (frame := _next(asked)) is not None:
        words, files = frame
        if confined:
            wind_up()
        said, made = _done(jobs, words, files)
        del frame, files
        _send(answers, {**said, "spent": [processor_s(), peak_kb()]}, made)
        del made
    os._exit(0)  # nothing is worth tidying up


def _done(jobs: Mapping[str, Job], words: Json, files: Files) -> tuple[Json, Files]:
    try:
        told, made = jobs[words["job"]](files, **words["with"])
    except BadPicture as bad:
        return {"bad": bad.reason}, []
    except MemoryError:
        return {"bad": "too_much"}, []
    except Exception as fault:  # of ours: the bot logs it, and the next picture comes
        return {"fault": f"{type(fault).__name__}: {fault}"[:500]}, []
    return {"told": told}, made


def _next(asked: BinaryIO) -> tuple[Json, Files] | None:
    """None at the end, also amid a frame: the bot is gone."""
    raw = asked.read(LENGTH_BYTES)
    if len(raw) < LENGTH_BYTES:
        return None
    words, sizes = read_head(asked.read(head_length(raw)))
    files = [asked.read(size) for size in sizes]
    return (words, files) if [len(file) for file in files] == sizes else None


def _send(answers: BinaryIO, words: dict[str, Any], files: Files) -> None:
    try:
        for piece in framed(words, files):
            answers.write(piece)
        answers.flush()
    except BrokenPipeError:
        os._exit(0)


def _hush() -> None:
    """What a library prints of a stranger's file goes nowhere, least of all between our frames."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


if __name__ == "__main__":
    main()
