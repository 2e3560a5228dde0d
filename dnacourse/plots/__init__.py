"""Pictures: a file a kind; every function draws on an Axes it is given and returns it."""

from dnacourse.plots.figure import show, use_style
from dnacourse.plots.frames import six_frames
from dnacourse.plots.letters import codon_strip, letter_tiles
from dnacourse.plots.palette import LETTER_COLOURS, colours
from dnacourse.plots.tracks import tracks

__all__ = [
    "LETTER_COLOURS",
    "codon_strip",
    "colours",
    "letter_tiles",
    "show",
    "six_frames",
    "tracks",
    "use_style",
]
