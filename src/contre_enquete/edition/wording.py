"""Find the sentences of a text that make a claim in words, and keep the ledgers of those that somebody has reviewed.

Each number of a sentence may be right (see `prose.tracing`) and the sentence wrong: it may compare, order, count,
exclude, deny, or name the wrong group, publisher, country or date. So a person reads it against the sources, and
records it in the ledger of its text, `article/reviewed/<text>.txt`: one sentence a line, without the digits of its
linked numbers.
A figure may then change and its sentence stay reviewed, while two links that are swapped change the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..files import read_text_file
from ..project import ARTICLE
from ..prose.tracing import COMMENT, strip_code
from ..survey.model import Survey, remember
from ..text.links import LINK
from ..text.numbers import split_sentences

REVIEWED_FOLDER = f"{ARTICLE}/reviewed"
# Words that a figure, a source or a date could deny, in English; a catalogue translates the pattern.
CLAIM_WORDS = (
    r"more|less|fewer|most(?:ly)?|least|much|many|few|lead\w*|ahead|behind|first|last|next|before|after|only|alone|just|"
    r"single|both|two|neither|nor|none|no|not|never|nobody|nothing|nowhere|without|cannot|can’t|every\w*|each|all|any|always|"
    r"major\w+|minor\w+|wid\w+|narrow\w*|high\w*|low\w*|large\w*|small\w*|big\w*|great\w*|same|other\w*|another|opposite|reverse\w*|"
    r"swap\w*|exchang\w*|between|beyond|above|below|half|twice|nearly|level|clear\w*|equal\w*|again|still|yet|already|rarely|seldom|often|"
    r"differ\w*|disagree\w*|agree\w*|contradict\w*|den(?:y|ies|ied)|confirm\w*|support\w*|prov(?:e|es|ed|en|ing)|match\w*|depend\w*|"
    r"exaggerat\w*|overstat\w*|understat\w*|wrong\w*|right\w*|true|truth|fals\w*|mistak\w*|error\w*|fault\w*|copie[ds]|because|caus\w*|"
    r"doubl\w*|tripl\w*|third|quarter|ris(?:e|es|en|ing)|rose|fall(?:s|en|ing)?|fell|gr[eo]w\w*|drop\w*|increas\w*|decreas\w*|declin\w*|"
    r"shr[aiu]nk\w*|gain\w*|los(?:e|es|t|ing|s)|exceed\w*|surpass\w*|prefer\w*|far|close\w*|almost|hardly|barely|slight\w*|together|"
    r"article|monday|tuesday|wednesday|thursday|friday|january|february|march|april|may|june|july|august|september|october|november|december"
)
YEAR_WORD = r"\b(?:19|20)\d\d\b"
HIDDEN_ADDRESS = re.compile(r"(?<=\])\([^()\s]*\)")  # of a link, which readers do not see


@dataclass
class Ledger:
    """The reviewed sentences of one text; `name` is the path of its file in the project."""

    project: Path
    name: str
    sentences: list[str]

    @classmethod
    def load(cls, project: Path, text: str) -> Ledger:
        """Return the ledger of a text, empty if the text has none yet."""
        name = f"{REVIEWED_FOLDER}/{text}.txt"
        path = project / name
        return cls(project, name, _read_sentences(path, name) if path.exists() else [])

    def save(self) -> None:
        """Write the sentences to the ledger's file, one a line; delete the file if there are none."""
        path = self.project / self.name
        if self.sentences:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{sentence}\n" for sentence in self.sentences), encoding="utf-8")
        else:
            path.unlink(missing_ok=True)


def _read_sentences(path: Path, name: str) -> list[str]:
    return read_text_file(path, name, "one reviewed sentence a line").splitlines()


def find_claims(text: str, survey: Survey) -> list[str]:
    """Return the sentences of a Markdown text that make a claim in words, or link to several figures.

    The digits of each linked number are replaced by "#". Several links may be swapped, though each number is right.
    Words are sought in what readers see, not in the addresses of links.
    """
    claim_words = _claim_pattern(survey)
    prose = strip_code(text)
    return [
        sentence
        for sentence in _without_digits(prose)
        if claim_words.search(HIDDEN_ADDRESS.sub("", sentence).replace("'", "’")) or len(LINK.findall(sentence)) > 1
    ]


def find_sentences(text: str) -> list[str]:
    """Return the sentences of a document that have words, in any language."""
    text = re.sub(COMMENT, " ", text)
    return [sentence for sentence in _without_digits(text) if re.search(r"[^\W\d_]{2}", sentence)]


def pair_with_quotation(text: str, quotation: str) -> str:
    """Return a claim in our words after the article's words that it rests on: whoever reviews it compares the two."""
    return f"“{quotation}”: {' '.join(_without_digits(text))}"


def _without_digits(text: str) -> list[str]:
    """Return the sentences of a text, each on one line, with "#" for the digits in its links."""

    def hide_digits(link: re.Match[str]) -> str:
        words = re.sub(r"\d(?:[\d.,\s]*\d)?", "#", link[1])
        return f"[{words}](#{link[2]})"

    return [" ".join(LINK.sub(hide_digits, sentence).split()) for sentence in split_sentences(text)]


@remember
def _claim_pattern(survey: Survey) -> re.Pattern[str]:
    """Return the pattern of claim words in the survey's language: also years, its groups, publishers and countries."""
    from babel import Locale

    countries = Locale.parse(survey.language.locale).territories
    respondents = survey.sample[survey.sample["number"].isna()]["words"]
    names = {*survey.sources["publisher"], *respondents, *survey.localize(survey.segments, "words")}
    names |= {*survey.official_sources["publisher"], *survey.localize(survey.places, "words")}
    names |= {countries[code] for code in set(survey.national["country"]) if code in countries}
    escaped = [re.escape(part) for name in names if name for part in name.split("|")]
    words = survey.language.say(CLAIM_WORDS)
    return re.compile(rf"{YEAR_WORD}|\b(?:{words})\b|(?<!\w)(?:{'|'.join(escaped)})", re.IGNORECASE)
