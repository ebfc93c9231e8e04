"""`python -m training [CORRECTIONS.csv …]`: makes reading/weights.npz anew from the labelled lines.

Same lines, same words, same seed: the same bytes.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from reading.lexicon import Lexicon
from reading.told import Words
from reading.traits import VERSION, traits
from reading.weights import SHIPPED
from tests.reading.figures import catalogue
from training.heads import Examples, Heads, fitted, unseen_sums
from training.lines import all_lines
from training.scales import figures, likelihoods

TARGET = Path(__file__).resolve().parent.parent / "reading" / SHIPPED
WORDS = TARGET.parent / "words"
MOST_ROWS = 80_000
# From these likelihoods on. Without a photo a false ticket is likelier; danger is better told once in vain.
BARS = {"enough_with_photo": 0.45, "enough_without": 0.55, "danger": 0.13}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("corrections", nargs="*", type=Path, help="as `python -m bot corrections` writes them")
    parser.add_argument("--target", type=Path, default=TARGET)
    asked = parser.parse_args()
    started = time.perf_counter()
    lines = all_lines(asked.corrections)
    words = Words(Lexicon(catalogue()), has_other=True)
    examples = Examples.looked_at(lines, lambda text, has_photo: traits(words.told(text), has_photo))
    codes = examples.codes
    sums = unseen_sums(examples)
    facts = {**likelihoods(lines, sums, codes), **BARS, "version": VERSION, "codes": codes, "words": digest_of_words()}
    print(f"{len(lines)} lines, cross-validated: {figures(lines, sums, codes, facts)}")
    write(asked.target, examples.names, fitted(examples), facts)
    print(f"{asked.target.name}: {asked.target.stat().st_size / 1e6:.1f} MB, {time.perf_counter() - started:.0f} s")


def write(target: Path, names: Sequence[str], heads: Heads, facts: dict[str, Any]) -> None:
    """The heaviest rows, in whole numbers from -127 to 127, each row with its scale."""
    heaviest = np.abs(heads.weights).max(axis=1)
    kept = np.sort(np.argsort(-heaviest, kind="stable")[:MOST_ROWS])
    kept = kept[heaviest[kept] > 0]
    scales = heaviest[kept] / 127
    np.savez_compressed(
        target,
        table=np.round(heads.weights[kept] / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float32),
        offsets=heads.offsets.astype(np.float32),
        names=np.frombuffer("\n".join(names[row] for row in kept).encode(), dtype=np.uint8),
        facts=np.frombuffer(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode(), dtype=np.uint8),
    )


def digest_of_words() -> str:
    """Of the lists the traits come from: whoever changes a word trains anew."""
    digest = hashlib.sha256()
    for path in sorted(WORDS.iterdir()):
        if path.name not in ("places.toml", "applause.toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    main()
