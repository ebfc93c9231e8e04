"""`python -m tests.hiding [--seed 1] [--pictures 24]`: prints what is found and what is hidden in vain.

`--off` measures a program that hides nothing: everything must be missed."""

import argparse

from media.hiding import hide
from tests.hiding.measuring import lines, measured


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.hiding", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pictures", type=int, default=24, help="of each of four sorts")
    parser.add_argument("--off", action="store_true", help="the control: hide nothing")
    asked = parser.parse_args()
    figures = measured((lambda picture: (picture, 0)) if asked.off else hide, seed=asked.seed, pictures=asked.pictures)
    print("\n".join(lines(figures)))


if __name__ == "__main__":
    main()
