"""Sentences, numbers and dates in the language of an edition.

English is the language of the code; every other language has a catalogue, `locale/<language>.po`, of the engine or of
an edition. Which country's habits numbers and dates follow, the edition says, or else the header ("Language: fr_CA").
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType

from ..errors import DataError, EditionError, format_value
from ..files import read_text_file
from .units import CLDR_UNITS, CURRENCIES, RATES

ENGLISH = "en"
NUMBER_SPACE = re.compile(r"(?<=\d) (?=\D)")  # between a number and its unit
OPEN_BRACE = "{"  # of a pattern, in which braces count
ENGINE_CATALOGUES = Path(__file__).parents[1] / "locale"


class MissingTranslation(EditionError):
    """A catalogue lacks a sentence; the message names the catalogue and the sentence."""


@dataclass(frozen=True)
class Language:
    r"""The language of an edition: its sentences, numbers and dates.

    Parameters
    ----------
    code : str
        Code of the language, "en" or the name of a catalogue, such as "fr".
    article_catalogues : Path, optional
        Folder of the article's catalogues, whose sentences go before the engine's.
    locale : str, optional
        Locale of numbers, dates and countries, such as "en_GB"; by default that of the catalogue.
    source : str, optional
        Code of the language in which the edition's own sentences are written.

    Raises
    ------
    DataError
        There is no catalogue for the language.

    Examples
    --------
    >>> french = Language("fr")
    >>> french.say("{number} points", number=french.number(6.5))
    '6,5\xa0points'
    >>> french.percent(35), Language("en").percent(35)
    ('35\xa0%', '35%')
    >>> Language("en", locale="en_GB").date(datetime.date(2012, 7, 9))
    '9 July 2012'
    """

    code: str
    article_catalogues: Path | None = field(default=None, compare=False)
    locale: str = ""
    source: str = ENGLISH
    sentences: dict[str, str] = field(init=False, repr=False, hash=False)  # two with other words are two

    def __post_init__(self) -> None:
        if self.code not in (known := list_languages(self.article_catalogues)):
            raise DataError(f"language {self.code!r}: not found; expected one of {', '.join(known)}")
        locale, sentences = self.code, dict[str, str]()
        for folder in filter(None, (ENGINE_CATALOGUES, self.article_catalogues)):
            if self.code != ENGLISH and (catalogue := folder / f"{self.code}.po").is_file():
                locale, translations = _read_catalogue(catalogue)
                sentences |= translations
        object.__setattr__(self, "locale", self.locale or locale)
        object.__setattr__(self, "sentences", sentences)

    @property
    def tag(self) -> str:
        """The language as HTML names it, such as "fr-CA"."""
        return self.locale.replace("_", "-")

    @property
    def name(self) -> str:
        """The language's name in itself, such as "Français"."""
        from babel import Locale

        return capitalize(Locale(self.code).get_language_name() or self.code)

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence of the engine or the edition in this language, its {placeholders} filled in.

        Raise MissingTranslation if no catalogue has it, unless it is the edition's own and written in this language.
        """
        if self.code != ENGLISH:
            if not self.has(sentence):
                where = f"locale/{self.code}.po" + (
                    f", {self.article_catalogues.parent.name}/locale/{self.code}.po" if self.article_catalogues else ""
                )
                raise MissingTranslation(f"{where}: no translation of {sentence!r}")
            sentence = self.sentences.get(sentence) or sentence
        return sentence.format(**values) if values else sentence

    def has(self, sentence: str) -> bool:
        """Return whether `say` can say a sentence: it is translated, or the edition's own and in this language."""
        if self.code == ENGLISH or self.sentences.get(sentence):
            return True
        is_own = sentence not in self.sentences and sentence not in list_engine_sentences()
        return self.code == self.source and is_own

    def number(self, value: float, decimals: int | None = None) -> str:
        """Return a number as text, with all its decimals or with so many.

        >>> Language("en").number(9908), Language("en").number(1 / 3, 2)
        ('9,908', '0.33')
        """
        from babel.numbers import format_decimal

        pattern = None if decimals is None else f"#,##0.{'0' * decimals}"
        return format_decimal(value, pattern, locale=self.locale).replace("-", "−")

    def signed(self, value: float) -> str:
        """Return a number with its sign, zero without one.

        >>> Language("en").signed(6), Language("en").signed(-0.5), Language("en").signed(-0.0)
        ('+6', '−0.5', '0')
        """
        return ("+" if value > 0 else "−" if value < 0 else "") + self.number(abs(value))

    def percent(self, value: float, decimals: int | None = None) -> str:
        """Return a percentage, from 0 to 100, as text: 40 is "40 %" in French (no-break space), "40%" in English."""
        from babel import Locale
        from babel.numbers import format_percent

        share = Decimal(str(value)) / 100
        if decimals is None:
            return format_percent(share, locale=self.locale, decimal_quantization=False).replace("-", "−")
        pattern = Locale.parse(self.locale).percent_formats[None].pattern.replace("0", f"0.{'0' * decimals}")
        return format_percent(share, pattern, locale=self.locale).replace("-", "−")

    def quantity(self, value: float, unit: str, decimals: int = 0) -> str:
        r"""Return a value with its unit as text, as the language writes them, with at least so many decimals.

        >>> english = Language("en")
        >>> english.quantity(35, "percent"), english.quantity(38, "minutes"), english.quantity(1500, "dollars")
        ('35%', '38\xa0minutes', '$1,500')
        >>> english.quantity(38, "percent", 1), english.quantity(4.2, "per-1000")
        ('38.0%', '4.2 per 1,000')
        >>> Language("fr").quantity(12.5, "dollars"), Language("fr").quantity(1, "hours")
        ('12,50\xa0$', '1\xa0heure')
        """
        from babel import Locale
        from babel.units import format_unit

        kept = decimals if decimals and round(value, decimals) == value else None
        if unit in CLDR_UNITS:
            pattern = f"#,##0.{'0' * kept}" if kept else None
            amount = _fix_decimals(value, kept) if kept else value
            text = format_unit(amount, CLDR_UNITS[unit], format=pattern, locale=self.locale)
            return NUMBER_SPACE.sub("\u00a0", text).replace("-", "−")
        if unit in CURRENCIES:
            number = self.number(abs(value), max(2, kept or 0) if kept or value != int(value) else None)
            is_before = Locale.parse(self.locale).currency_formats["standard"].pattern.startswith("¤")
            text = f"{CURRENCIES[unit]}{number}" if is_before else f"{number}\u00a0{CURRENCIES[unit]}"
            return f"−{text}" if value < 0 else text
        if unit in RATES:
            return self.say(RATES[unit], number=self.number(value, kept))
        return {"percent": self.percent, "points": self.points}.get(unit, self.number)(value, kept)

    def unit_name(self, unit: str) -> str:
        r"""Return what heads a column of values of a unit: "%", "$" or "minutes"; "" of counts.

        >>> Language("fr").unit_name("per-1000"), Language("en").unit_name("points")
        ('pour\xa01000', 'points')
        """
        from babel.units import format_unit

        if unit in CLDR_UNITS:  # of 100, for names alone are missing in half of the languages
            return format_unit(100, CLDR_UNITS[unit], locale=self.locale).replace(self.number(100), "").strip()
        if unit in RATES or unit == "points":
            return self.say(RATES.get(unit, "{number} points"), number="").strip()
        return {"percent": "%"}.get(unit, CURRENCIES.get(unit, ""))

    def points(self, value: float, decimals: int | None = None) -> str:
        """Return a number of percentage points as text, with all its decimals or with so many.

        >>> Language("en").points(1), Language("en").points(6), Language("en").points(3, 1)
        ('1 point', '6 points', '3.0 points')
        """
        from babel import Locale

        number = Decimal(f"{value:g}") if decimals is None else _fix_decimals(value, decimals)
        one = Locale.parse(self.locale).plural_form(abs(number)) == "one"
        return self.say("{number} point" if one else "{number} points", number=self.number(value, decimals))

    def series(self, texts: list[str]) -> str:
        """Return texts as an enumeration.

        >>> Language("fr").series(["A", "B", "C"])
        'A, B et C'
        """
        from babel.lists import format_list

        return format_list(texts, locale=self.locale)

    def country(self, code: str) -> str:
        """Return the name of a country from its code of two letters; the code itself if it is unknown."""
        from babel import Locale

        return Locale.parse(self.locale).territories.get(code, code)

    def date(self, value: datetime.date) -> str:
        """Return a date in full.

        >>> Language("en").date(datetime.date(2012, 7, 9))
        'July 9, 2012'
        """
        from babel.dates import format_date

        return self._fix_first(format_date(value, "long", locale=self.locale))

    def day(self, value: datetime.date) -> str:
        """Return a date without its year: "25 mars", "March 25"."""
        from babel.dates import format_skeleton

        return self._fix_first(format_skeleton("MMMMd", value, locale=self.locale))

    def _fix_first(self, date: str) -> str:
        """Write the first of a month as French does, which Babel does not: "1er octobre"."""
        return re.sub(r"^1(?= )", "1er", date) if self.code == "fr" else date

    def month(self, value: datetime.date) -> str:
        """Return the month and year of a date: "juillet 2012", "July 2012"."""
        from babel.dates import format_date

        return format_date(value, "MMMM y", locale=self.locale)


def _fix_decimals(value: float, decimals: int) -> Decimal:
    """Return a number with so many decimals, which count in its plural: 1.0 minutes."""
    return Decimal(f"{value:.{decimals}f}")


def list_languages(article_catalogues: Path | None = None) -> tuple[str, ...]:
    """Return the codes of English and of the languages that the engine, or a folder of an edition, has catalogues for.

    >>> list_languages()
    ('en', 'fr')
    """
    folders = filter(None, (ENGINE_CATALOGUES, article_catalogues))
    return tuple(sorted({ENGLISH} | {path.stem for folder in folders for path in folder.glob("*.po")}))


@cache
def list_engine_sentences() -> frozenset[str]:
    """Return the English sentences of the engine: those of its catalogues, which each have all."""
    return frozenset().union(*(_read_catalogue(path)[1] for path in ENGINE_CATALOGUES.glob("*.po")))


def _read_catalogue(path: Path) -> tuple[str, Mapping[str, str]]:
    """Return the locale that a catalogue names, and its sentences: English -> translated, "" if not yet.

    Raise DataError if it cannot be read.
    """
    name = "/".join(path.parts[-3:])
    return _parse_catalogue(read_text_file(path, name, "a catalogue of translations"), name)


@lru_cache(maxsize=8)  # by content: each page of a site opens its language and those of its twins
def _parse_catalogue(text: str, name: str) -> tuple[str, Mapping[str, str]]:
    from babel import Locale
    from babel.messages.pofile import read_po

    try:
        catalogue = read_po(io.StringIO(text), abort_invalid=True)
        Locale.parse(catalogue.locale_identifier or "nothing")
        if catalogue.charset.lower() != "utf-8":
            raise ValueError(f"charset {catalogue.charset}")
    except Exception as error:  # of Babel: a dozen types, and none that they share
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise DataError(
            f"{name}: not a catalogue ({reason}); expected translations in UTF-8, and their Language"
        ) from None
    sentences = {
        message.id: "" if message.fuzzy else message.string
        for message in catalogue
        if message.id and isinstance(message.id, str) and isinstance(message.string, str)
    }
    for sentence, translation in sentences.items():
        names = _list_placeholders(sentence)
        if names and OPEN_BRACE not in names and translation and not _list_placeholders(translation) <= names:
            raise DataError(
                f"{name}: found {format_value(translation)}; expected no braces but those of {format_value(sentence)}"
            )
    return str(catalogue.locale_identifier), MappingProxyType(sentences)


def _list_placeholders(sentence: str) -> set[str]:
    """Return the names in braces of a sentence, or `OPEN_BRACE` if they hold anything else."""
    try:
        names = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
    except ValueError:
        return {OPEN_BRACE}
    return names if all(name.isidentifier() for name in names) else {OPEN_BRACE}


def capitalize(text: str) -> str:
    """Return a text with a capital first letter, the rest as it is.

    >>> capitalize("small towns of the EU")
    'Small towns of the EU'
    """
    return text[:1].upper() + text[1:]


def uncapitalize(text: str) -> str:
    """Return a text with a small first letter, unless it begins with an acronym.

    >>> uncapitalize("Email"), uncapitalize("OQLF au Québec")
    ('email', 'OQLF au Québec')
    """
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
