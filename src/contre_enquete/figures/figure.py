"""What a text cites: a figure, with all that a reader may ask of it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from ..errors import DataError
from ..text.language import Language


@dataclass(frozen=True, repr=False)
class Figure:
    """A figure and what a reader may ask of it.

    Attributes
    ----------
    reference
        What texts cite it by, of one of the kinds in `kinds`.
    value
        In its unit; None where there is no number: of the unit "lead", whose figures name the group that is ahead.
    unit
        "percent" (0 to 100), "points" (percentage points), "count", an amount such as "minutes", or "lead".
    words
        What was computed, in English; nothing for a figure as published. {group} stands for the first group compared.
    details
        Words that `words` are narrowed by, in English.
    question, item, segment
        What it is about, and the group that it is of; question "sample" for a fact about the sample.
    place, measure, year, size, base
        Of a figure of an office: place, in the edition's language, measure, year, size class, what it is a percent of.
    waves
        The two waves that it lies between, the earlier one first; none for what is of one time.
    groups
        The two groups that it is a gap between, where its reference names them.
    printed_by, places
        The sources that print the value; in each the locator and the words that it prints in place of the number.
    otherwise
        What other sources print instead, as (source, words).
    certainty
        How sure the figure is: "read", "computed" and so on.
    from_figures
        References of the figures that it is computed from.
    decimals
        Of a figure as published, how many decimals its source prints; None of others.
    """

    reference: str
    value: float | None
    unit: str
    words: str = ""
    details: tuple[str, ...] = ()
    question: str = ""
    item: str = ""
    segment: str = ""
    place: str = ""
    measure: str = ""
    year: str = ""
    size: str = ""
    base: str = ""
    waves: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    printed_by: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    otherwise: tuple[tuple[str, str], ...] = ()
    certainty: str = "computed"
    from_figures: tuple[str, ...] = ()
    decimals: int | None = None

    def __repr__(self) -> str:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        shown = {
            name: value for name, value in values.items() if value not in ("", ()) and (name != "decimals" or value)
        }
        return f"Figure({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    def write(self, language: Language) -> str:
        """Return the value as a text, with its unit and the decimals that are printed; "" for who leads."""
        if self.value is None:
            return ""
        value = round(self.value, max(2, self.decimals or 0))
        return language.quantity(value, self.unit, self.decimals or 0)


class UnknownFigure(DataError, KeyError):
    """A reference that is no figure's; the message has the nearest one that is."""

    __str__ = Exception.__str__  # not KeyError's, which puts the message in quotes
