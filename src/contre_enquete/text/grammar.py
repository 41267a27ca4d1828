"""How a language writes numbers: data in `<language>.toml`, which needs neither code nor a catalogue.

| key | what it holds |
|---|---|
| `decimal`, `groups` | the decimal sign; the signs between thousands, of which the first is written |
| `percent` | how a percentage is written, with {} for its number |
| `percent_words`, `points_words` | what stands after a number of percent or of percentage points |
| `point_forms`, `plural_from` | one point and several; from which number on, if not from any but 1 |
| `number_words` | the words for 0 to 10, each in all its forms |
| `single` | words that count one thing |
| `about`, `range`, `out_of` | words before a rounded number, between two numbers, and between 7 and 10 in "7 in 10" |
| `nearly` | those of `about` before a number that is not quite reached |
| `bounds` | words before the number that a value is under or over, by the sign for it |
| `numbered` | things with a number of their own, such as a figure |
| `ordinal_endings` | what makes a rank of the digits before it: 21st |
| `months`, `day_endings`, `date_of` | months; what follows the digits of a day; the word between day and month |
| `before_years`, `counted` | words before a year; words for what is counted, so that "2012 people" is no year |
| `prepositions`, `articles` | words between a number and its group, as in "35% of the adults" |
| `endings` | what a name may have behind it, such as the s of a plural |
| `rising`, `falling` | words that say that something rose, or fell |
| `since` | words before the time from which something changed |
| `comparing` | words that a change of a number may make false |
| `fractions` | phrases by the sign of a fraction: "…" is up to four words, "(of)" a word that follows |
| `scales`, `scale_signs` | words that multiply the number before them, and the k of 10k or the M of 5 M€ |
| `units` | words for units, by the name that figures have |
| `examples` | texts with the value and unit of their only number, as the tests read them |
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..files import read_text_file

GRAMMARS = Path(__file__).parent
SPACE = r"(?:[ \u00a0\u202f]|&nbsp;)"
NO_DIGITS = rf"(?!\w|[.,]\d|{SPACE}\d{{3}})"  # behind a unit that may end in digits
RATE = "per-"  # what names of rates begin with, such as per-1000


@dataclass(frozen=True, eq=False)
class Grammar:
    r"""How a language writes numbers; the module says what each field holds.

    Examples
    --------
    >>> load_grammar("fr").write_number(9908.5, 1), load_grammar("en").write_number(9908)
    ('9\xa0908,5', '9,908')
    """

    code: str
    decimal: str
    groups: tuple[str, ...]
    percent: str
    percent_words: tuple[str, ...]
    points_words: tuple[str, ...]
    point_forms: tuple[str, str]
    number_words: tuple[tuple[str, ...], ...]
    single: tuple[str, ...]
    about: tuple[str, ...]
    nearly: tuple[str, ...]
    range: tuple[str, ...]
    out_of: tuple[str, ...]
    numbered: tuple[str, ...]
    ordinal_endings: tuple[str, ...]
    months: tuple[str, ...]
    day_endings: tuple[str, ...]
    before_years: tuple[str, ...]
    counted: tuple[str, ...]
    prepositions: tuple[str, ...]
    articles: tuple[str, ...]
    endings: tuple[str, ...]
    comparing: tuple[str, ...]
    bounds: Mapping[str, tuple[str, ...]]
    fractions: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, float]
    scale_signs: Mapping[str, float]
    units: Mapping[str, tuple[str, ...]]
    rising: tuple[str, ...] = ()
    falling: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    date_of: str = ""
    plural_from: float | None = None
    examples: Mapping[str, tuple[float, str]] = field(default_factory=dict)

    def is_plural(self, value: float) -> bool:
        """Return whether a noun after a number is in the plural.

        >>> load_grammar("fr").is_plural(1.5), load_grammar("en").is_plural(1.5)
        (False, True)
        """
        return value != 1 if self.plural_from is None else value >= self.plural_from

    @cached_property
    def digits(self) -> str:
        """The pattern of a number in digits."""
        point = re.escape(self.decimal)
        between = "|".join(SPACE if sign.isspace() else re.escape(sign) for sign in self.groups)
        bare = r"|(?<![\w.])\.\d+" if self.decimal == "." else ""  # p < .05
        return rf"\d{{1,3}}(?:(?:{between})\d{{3}})+(?:{point}\d+)?(?!\d)|\d+(?:{point}\d+)?{bare}"

    @cached_property
    def scale(self) -> str:
        """The pattern of what multiplies the number before it."""
        signs = "|".join(self.scale_signs)
        spelled = self.match_words(
            ("1000000000", "1000000", "1000", *self.scales)
        )  # "1.5 million" may be "1.5 1000000"
        return rf"{SPACE}(?:{spelled})(?!\w)|(?-i:{SPACE}?(?:{signs})(?={SPACE}?[€$£])|(?:{signs})(?!\w))"

    def read_scale(self, text: str) -> float:
        """Return the factor that a scale stands for.

        >>> load_grammar("fr").read_scale(" millions"), load_grammar("fr").read_scale(" M")
        (1000000.0, 1000000.0)
        """
        word = re.sub(rf"^{SPACE}", "", text)
        spelled = {name.lower(): factor for name, factor in self.scales.items()}
        return float(self.scale_signs.get(word) or spelled.get(word.lower()) or word)

    def parse(self, digits: str) -> float:
        """Return the value of a number in digits.

        >>> load_grammar("fr").parse("9 908,5")
        9908.5
        """
        return float(".".join(re.sub(r"\D", "", part) for part in digits.split(self.decimal)))

    def write_number(self, value: float, decimals: int = 0, group: str | None = None) -> str:
        """Return a number in digits, halves rounded up, with `group` between thousands or the language's sign."""
        text = f"{Decimal(repr(float(abs(value)))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
        signs = {",": self.groups[0] if group is None else group, ".": self.decimal}
        return "".join(signs.get(sign, sign) for sign in text)

    @cached_property
    def rates(self) -> re.Pattern[str]:
        """The pattern of what makes a rate of the number before it, such as "per 1,000"."""
        words = self.match_words([word for unit in self.units if unit.startswith(RATE) for word in self.units[unit]])
        return re.compile(rf"(?<=[\d…])(?:{SPACE}|-)*+(?:{words or '(?!)'}){NO_DIGITS}", re.IGNORECASE)

    def match_words(self, words: Collection[str]) -> str:
        """Return the pattern of any of some words, the longest first."""
        return "|".join(
            re.escape(word).replace(r"\ ", SPACE).replace("’", "[’']") for word in sorted(words, key=len, reverse=True)
        )


def list_grammars(folder: Path | None = None) -> list[str]:
    """Return the codes of the languages whose numbers can be read, with those that a folder of an edition has.

    >>> list_grammars()
    ['de', 'en', 'es', 'fr']
    """
    return sorted({path.stem for place in filter(None, (GRAMMARS, folder)) for path in place.glob("*.toml")})


@cache
def load_grammar(code: str, folder: Path | None = None) -> Grammar:
    """Return how a language, such as "fr", writes numbers: as a folder of an edition says, or else the engine.

    Raises DataError for an unknown language, and for a file that does not say it.
    """
    if code not in (known := list_grammars(folder)):
        beside = f", or a file {folder.parent.name}/{folder.name}/{code}.toml" if folder else ""
        raise DataError(f"language {code!r}: found no numbers of it; expected one of {', '.join(known)}{beside}")
    path = next(place / f"{code}.toml" for place in (folder, GRAMMARS) if place and (place / f"{code}.toml").is_file())
    name = "/".join(path.parts[-3:])
    try:
        table: dict[str, Any] = tomllib.loads(read_text_file(path, name, "how a language writes numbers"))
        return Grammar(code=code, **{key: _freeze(value) for key, value in table.items()})
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{name}: {str(error).removeprefix('Grammar.__init__() ')}; expected the keys of en.toml"
        ) from None


@cache
def adapt_signs(grammar: Grammar, decimal: str, group: str) -> Grammar:
    """Return how a region of the language writes numbers: with its decimal sign, and its sign between thousands.

    >>> adapt_signs(load_grammar("de"), ".", "’").write_number(1234.5, 1)
    '1’234.5'
    """
    is_known = group in grammar.groups or (group.isspace() and any(map(str.isspace, grammar.groups)))
    if grammar.decimal == decimal and is_known:
        return grammar
    return replace(grammar, decimal=decimal, groups=(group, *(s for s in grammar.groups if s not in (decimal, group))))


def _freeze(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _freeze(entry) for key, entry in value.items()}
    return tuple(map(_freeze, value)) if isinstance(value, list) else value
