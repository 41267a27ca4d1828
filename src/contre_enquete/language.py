"""Sentences, numbers and dates in the language of an edition.

English is the language of the code; every other language has a catalogue, `locale/<language>.po`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path

from .errors import EditionError

LOCALES = {"fr": "fr_CA", "en": "en_CA"}


class MissingTranslation(EditionError):
    """A catalogue lacks a sentence; the message names the catalogue and the sentence."""


@dataclass(frozen=True)
class Language:
    """The words of one edition: `Language("fr")` or `Language("en")`."""

    code: str
    sentences: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.code not in LOCALES:
            raise ValueError(f"no edition in {self.code!r}; expected one of {', '.join(LOCALES)}")
        object.__setattr__(self, "sentences", _read_catalogue(self.code))

    def say(self, sentence: str, **values: object) -> str:
        """The English `sentence` in this language, its {placeholders} filled in."""
        if self.code != "en":
            if not self.sentences.get(sentence):
                raise MissingTranslation(f"locale/{self.code}.po: no translation of {sentence!r}")
            sentence = self.sentences[sentence]
        return sentence.format(**values)

    def number(self, value: float) -> str:
        """A number: 9908 is "9 908" in French (no-break space), "9,908" in English."""
        from babel.numbers import format_decimal

        return format_decimal(value, locale=LOCALES[self.code])

    def percent(self, value: float) -> str:
        """A percentage, given in percent: 40 is "40 %" in French (no-break space), "40%" in English."""
        from babel.numbers import format_percent

        return format_percent(value / 100, locale=LOCALES[self.code], decimal_quantization=False)

    def date(self, value: datetime.date) -> str:
        """A date in full: "9 juillet 2013", "July 9, 2013"."""
        from babel.dates import format_date

        return format_date(value, "long", locale=LOCALES[self.code])

    def month(self, value: datetime.date) -> str:
        """A month with its year: "juillet 2013", "July 2013"."""
        from babel.dates import format_date

        return format_date(value, "MMMM y", locale=LOCALES[self.code])


def _read_catalogue(code: str) -> dict[str, str]:
    from babel.messages.pofile import read_po

    path = Path(__file__).parent / "locale" / f"{code}.po"
    if code == "en":
        return {}
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id and not message.fuzzy}


def capitalised(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """The text with a small first letter, unless it begins with an acronym."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
