"""What texts say in words, besides the numbers that `tracing` follows, and whether somebody has read it against the sources.

A sentence that compares, orders, counts, excludes, denies, or names a group, a publisher, a country or a date may be wrong
though each of its numbers is right. Whoever reads it against the sources marks it, as a reading or as a matter of
method, in `article/readings.txt`, whatever its language: one sentence a line, with its links but without the digits of
their numbers, so that a figure may change and its sentence stay marked, and two links that are exchanged be noticed. A sentence that is not marked is a problem, and so is a mark that no text has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..article import ROOM
from ..errors import DataError
from ..survey.model import Survey, remembered
from ..text.links import LINK
from ..text.numbers import sentences
from .tracing import NOT_PROSE

READINGS = f"{ROOM}/readings.txt"
MARKS = ("reading", "method")
# Words that a figure, a source or a date could deny, in English; a catalogue translates the pattern.
CLAIMING = (
    r"more|less|fewer|most(?:ly)?|least|much|many|few|lead\w*|ahead|behind|first|last|next|before|after|only|alone|just|"
    r"single|both|two|neither|nor|none|no|not|never|nobody|nothing|nowhere|without|cannot|can’t|every\w*|each|all|any|always|"
    r"major\w+|minor\w+|wid\w+|narrow\w*|high\w*|low\w*|large\w*|small\w*|big\w*|great\w*|same|other\w*|another|opposite|reverse\w*|"
    r"swap\w*|exchang\w*|between|beyond|above|below|half|twice|nearly|level|clear\w*|equal\w*|again|still|yet|already|rarely|seldom|often|"
    r"article|monday|tuesday|wednesday|thursday|friday|january|february|march|april|may|june|july|august|september|october|november|december"
)
YEAR = r"\b(?:19|20)\d\d\b"


@dataclass(frozen=True)
class Readings:
    """The sentences that somebody has marked: sentence -> one of `MARKS`."""

    path: Path
    marks: dict[str, str]

    @classmethod
    def load(cls, project: Path) -> Readings:
        """Return the marks of a project; none if there is no file. Raises DataError for a line that has no mark."""
        path = project / READINGS
        marks: dict[str, str] = {}
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        for number, line in enumerate(lines, 1):
            mark, _, sentence = line.partition(": ")
            if mark not in MARKS or not sentence:
                told = f"{READINGS}, line {number}: found {line[:60]!r}"
                raise DataError(f"{told}; expected one of {', '.join(MARKS)}, a colon and a sentence")
            marks[sentence] = mark
        return cls(path, marks)

    def save(self, told: Iterable[str]) -> None:
        """Write the file anew: every sentence of `told`, with the mark that it has or else as a reading."""
        lines = [f"{self.marks.get(sentence, MARKS[0])}: {sentence}" for sentence in dict.fromkeys(told)]
        self.path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def told_in_words(text: str, survey: Survey) -> list[str]:
    """Return the sentences of a text that say something in words, or link to several figures, which might be exchanged.

    The digits of each linked number are replaced by "#".
    """
    claiming = _claiming(survey)
    text = NOT_PROSE.sub(lambda match: match[1] or " ", text)
    return [
        sentence
        for sentence in _bare(text)
        if claiming.search(sentence.replace("'", "’")) or len(LINK.findall(sentence)) > 1
    ]


def document_sentences(text: str) -> list[str]:
    """Return every sentence of a document that has words: it is about the edition, in whichever language."""
    text = re.sub(r"<!--.*?-->", " ", text, flags=re.DOTALL)
    return [sentence for sentence in _bare(text) if re.search(r"[^\W\d_]{2}", sentence)]


def _bare(text: str) -> list[str]:
    return [" ".join(LINK.sub(_without_digits, sentence).split()) for sentence in sentences(text)]


def _without_digits(link: re.Match[str]) -> str:
    words = re.sub(r"\d(?:[\d.,\s]*\d)?", "#", link[1])
    return f"[{words}](#{link[2]})"


@remembered
def _claiming(survey: Survey) -> re.Pattern[str]:
    """What makes a sentence say something: words of the survey's language, names of its groups, publishers and countries, years."""
    from babel import Locale

    countries = Locale.parse(survey.language.locale).territories
    told = survey.sample[survey.sample["number"].isna()]["words"]
    names = {*survey.sources["publisher"], *told, *survey.localised(survey.segments, "words")}
    names |= {*survey.official_sources["publisher"], *survey.localised(survey.places, "words")}
    names |= {countries[code] for code in set(survey.national["country"]) if code in countries}
    escaped = [re.escape(part) for name in names if name for part in name.split("|")]
    return re.compile(rf"{YEAR}|\b(?:{survey.language.say(CLAIMING)})\b|(?<!\w)(?:{'|'.join(escaped)})", re.IGNORECASE)
