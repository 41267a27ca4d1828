"""What the numbers of a text are held against: a value with its unit, and what it is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..text.numbers import COUNT, UNIT_NAMES


@dataclass(frozen=True)
class Datum:
    """A value that a text may cite.

    Attributes
    ----------
    reference
        What texts cite it by, as in `[34%](#cities.paris)`.
    value
        In its unit; None where there is no number: such a datum names the group that is ahead.
    unit
        "percent" (0 to 100), "points" (percentage points), "count", "year", a unit of `text/<language>.toml` such as
        "minutes", or a word of its own; "" if no unit is known, and none is compared.
    decimals
        The fewest decimals that a text shows, so that 0 lets it round to whole numbers; None: a whole number must be
        the value itself.
    parts
        What it is of, such as {"group": "young adults", "year": "2021"}.
    words
        What it is, in words.
    leader
        The group that a text may name with a difference; "" for a value of no group; None if any may be named.
    between
        Of a difference: the two that it lies between, by dimension, such as {"year": ("2015", "2017")}.
    most_decimals
        The most decimals that a text may show, those that a source prints; None: any.

    Examples
    --------
    >>> Datum("use.2021.young", 71.3, "percent", 0, {"group": "young", "year": "2021"})
    Datum(reference='use.2021.young', value=71.3, unit='percent', decimals=0, parts={'group': 'young', 'year': '2021'})
    """

    reference: str
    value: float | None
    unit: str = ""
    decimals: int | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    leader: str | None = None
    between: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    most_decimals: int | None = None

    def __repr__(self) -> str:
        shown = {name: value for name, value in vars(self).items() if value not in ("", None, {})}
        return f"Datum({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    @property
    def shown_value(self) -> str:
        """The value with its unit, as messages show it."""
        unit = "" if self.unit in (COUNT, "year") else f" {UNIT_NAMES.get(self.unit, self.unit)}"
        number = "" if self.value is None else f"{self.value:.10g}"
        if self.most_decimals and self.value is not None:
            number = f"{self.value:.{self.most_decimals}f}"
        return f"{number}{unit}".strip() if number else ""
