"""Choose which values of a scale are printed beside the share of its highest ones.

That share is printed of each group of the first breakdown, so everybody knows how many chose a high value, and how many
a low one. The high values are therefore protected as a single-answer question of those alone, and so are the low
ones. A witness of either exchanges people of one side, so that the share, and the other side, print the same. Two sides
of two scales, or of one, thus need no witness together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from .codebook import TOTAL, Codebook
from .suppression import Rules, choose_suppressions
from .table import Row
from .tally import Tally

SIZES = ["n", "missing", "base", "df", "weighted_base"]
FIGURES = ["percent", "yes", "standard_error", "lower", "upper"]


def protect_values(rows: Sequence[Row], tally: Tally, codebook: Codebook, rules: Rules) -> None:
    """Empty the cells of values of scales that could reveal answers of fewer people than the minimum.

    The rows are those of all items; those of the shares of the highest values are protected already. Values are printed
    of samples without a design, of everybody and of the first breakdown, where all shares there are printed. With
    several breakdowns one person more is asked for: `docs/disclosure.md` says why.
    """
    size = len(tally.sums)
    shown = [*(codebook.blocks[0] if codebook.blocks else ()), size - 1]
    least = rules.minimum + (len(codebook.blocks) > 1)
    for whole, sides in codebook.find_scales().items():
        shares = rows[size * whole : size * (whole + 1)]
        is_shown = rules.simple_sample and all(shares[group]["percent"] is not None for group in shown)
        withheld = {(place, group): "yes" for side in sides for place in side for group in range(size)}
        if is_shown:
            for side in sides:
                for group in shown:
                    withheld |= {(place, group): "" for place in side}
                withheld |= dict(_find_withheld(side, shown, tally, codebook, rules, least))
        for (place, group), word in withheld.items():
            row, share = rows[size * place + group], shares[group]
            row.update({name: share[name] for name in SIZES})
            if word:
                row.update(dict.fromkeys(FIGURES), withheld=word)


def _find_withheld(
    side: Sequence[int], shown: Sequence[int], tally: Tally, codebook: Codebook, rules: Rules, least: int
) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the values of one side of a scale and the groups, by their indices, that are withheld, and the method."""
    if len(side) == 1:
        return  # had from the share, or as what is left of it
    groups = [*codebook.groups, TOTAL]
    keys = [(place, group) for place in side for group in shown]
    bases = {group: sum(tally.sums[group][place].yes for place in side) for group in shown}
    cells = pd.DataFrame(
        [
            ("" if groups[group] == TOTAL else "first", "side", place, groups[group], sums.yes, bases[group])
            for place, group in keys
            for sums in [tally.sums[group][place]]
        ],
        columns=["table", "question", "item", "group", "yes", "base"],
    )
    one_answer = Rules(least, {"side"}, simple_sample=True, time_limit=rules.time_limit)
    chosen = choose_suppressions(cells, one_answer)
    word = "yes" if chosen.is_exact else "coarse"
    for key, is_hidden in zip(keys, chosen.flags["percent"], strict=True):
        if is_hidden:
            yield key, word
