"""How long each embedded data set takes to load, its checksums included."""

from _timing import best_of

from dnacourse.datasets import load
from dnacourse.datasets.cards import embedded


def main() -> None:
    seconds = {name: best_of(lambda name=name: load(name), runs=2) for name in embedded()}
    slowest = max(seconds, key=lambda name: seconds[name])
    print(
        f"loading {len(seconds)} data sets: {sum(seconds.values()):.2f} s in all, slowest {slowest} {seconds[slowest]:.2f} s"
    )


if __name__ == "__main__":
    main()
