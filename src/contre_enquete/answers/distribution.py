"""Choose which values of a scale are printed beside the share of its highest ones.

That share is printed of each group of the first breakdown, so everybody knows how many chose a high value, and how many
a low one. The high values are therefore protected as a single-answer question of those alone, and so are the low
ones. A witness of either exchanges people of one side, so that the share, and the other side, print the same. Two sides
of two scales, or of one, thus need no witness together.

A scale without that share is a question of one answer, protected as such with any design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from .codebook import TOTAL, Codebook
from .suppression import Rules, choose_suppressions
from .table import Row
from .tally import Tally

SIZES = ["n", "missing", "base", "df", "weighted_base"]
SHARE_COLUMNS = ["percent", "yes", "standard_error", "lower", "upper"]


def protect_values(rows: Sequence[Row], tally: Tally, codebook: Codebook, rules: Rules) -> None:
    """Empty the cells of values of scales that could reveal answers of fewer people than the minimum.

    The rows are those of all items; those of the shares of the highest values are protected already. The sample has no
    design. Values are printed of everybody and of the first breakdown, where all shares there are printed. With several
    breakdowns one person more is asked for: `docs/disclosure.md` says why.
    """
    size = len(tally.sums)
    shown = [*(codebook.blocks[0] if codebook.blocks else ()), size - 1]
    least = rules.minimum + (len(codebook.blocks) > 1)
    words: dict[tuple[int, int], str] = {}  # how a value and a group, by their indices, are withheld
    shown_sides: list[Sequence[int]] = []
    scales = codebook.find_scales()
    for whole, sides in scales.items():
        shares = rows[size * whole : size * (whole + 1)]
        words |= {(place, group): "yes" for side in sides for place in side for group in range(size)}
        if all(shares[group]["percent"] is not None for group in shown):
            words |= {(place, group): "" for side in sides for place in side for group in shown}
            shown_sides += [side for side in sides if len(side) > 1]  # one alone is had from the share
    if shown_sides:
        words |= _find_withheld(shown_sides, shown, tally, codebook, Rules(least, time_limit=rules.time_limit))
    for whole, sides in scales.items():
        for place, group in ((place, group) for side in sides for place in side for group in range(size)):
            row, share = rows[size * place + group], rows[size * whole + group]
            row.update({name: share[name] for name in SIZES})
            if word := words[place, group]:
                row.update(dict.fromkeys(SHARE_COLUMNS), withheld=word)


def _find_withheld(
    sides: Sequence[Sequence[int]], shown: Sequence[int], tally: Tally, codebook: Codebook, rules: Rules
) -> dict[tuple[int, int], str]:
    """Return the method by which values of sides of scales are withheld, by value and group."""
    groups = [*codebook.groups, TOTAL]
    keys = [(side, place, group) for side in sides for place in side for group in shown]
    cells = pd.DataFrame(
        [
            (
                "" if groups[group] == TOTAL else "first",
                f"side {side[0]}",
                place,
                groups[group],
                tally.sums[group][place].yes,
                sum(tally.sums[group][of].yes for of in side),
            )
            for side, place, group in keys
        ],
        columns=["table", "question", "item", "group", "yes", "base"],
    )
    chosen = choose_suppressions(cells, replace(rules, single_answer=set(cells["question"]), simple_sample=True))
    word = "yes" if chosen.is_exact else "coarse"
    is_hidden = chosen.flags["percent"]
    return {(place, group): word for (_, place, group), hidden in zip(keys, is_hidden, strict=True) if hidden}
