"""Pictures: a file a kind; every function draws on an Axes it is given and returns it."""

from dnacourse.plots.barcodes import label_barcode, letter_barcode, plane_barcode
from dnacourse.plots.curves import band, calibration_curve, ranking_curve
from dnacourse.plots.figure import show, use_style
from dnacourse.plots.frames import six_frames
from dnacourse.plots.ladder import ladder
from dnacourse.plots.letters import codon_strip, letter_tiles
from dnacourse.plots.logos import logo
from dnacourse.plots.networks import network, network_steps
from dnacourse.plots.palette import LETTER_COLOURS, colours
from dnacourse.plots.tables import table_pdf
from dnacourse.plots.tracks import tracks

__all__ = [
    "LETTER_COLOURS",
    "band",
    "calibration_curve",
    "codon_strip",
    "colours",
    "label_barcode",
    "ladder",
    "letter_barcode",
    "letter_tiles",
    "logo",
    "network",
    "network_steps",
    "plane_barcode",
    "ranking_curve",
    "show",
    "six_frames",
    "table_pdf",
    "tracks",
    "use_style",
]
