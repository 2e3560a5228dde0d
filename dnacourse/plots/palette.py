"""One colour a letter, the same everywhere.

The hues are those of sequence logos, from the palette of Okabe and Ito, which people with any common
form of colour blindness can tell apart (https://jfly.uni-koeln.de/color/).
"""

LETTER_COLOURS = {
    "A": "#009E73",  # green
    "C": "#0072B2",  # blue
    "G": "#E69F00",  # orange
    "T": "#D55E00",  # vermilion
    "N": "#999999",  # grey
    "-": "#FFFFFF",
}

BLACK, GREY = "#000000", "#999999"


def colours(letters: str) -> list[str]:
    """The colour of each letter; U has T's, and every letter that is no base has N's."""
    return [LETTER_COLOURS.get(letter, LETTER_COLOURS["N"]) for letter in letters.upper().replace("U", "T")]
