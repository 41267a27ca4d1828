"""Give the invented article of a new edition other languages, groups and units, as `contre-enquete new` is asked."""

from __future__ import annotations

import csv
import io
import re
import shutil
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path

from ..article import read_article
from ..errors import EditionError
from ..project import CATALOGUES, DECLARATION, DESCRIPTOR, PACKAGE, SKELETON
from ..text.language import ENGLISH, Language, list_languages
from ..text.links import LINK
from ..text.numbers import COUNT, PERCENT
from ..text.units import AMOUNTS
from .wording import REVIEWED

Row = dict[str, str]
SKELETON_LANGUAGES = ("en", "fr")
FIRST, LAST = "town", "village"  # groups of the skeleton
EVERYBODY = read_article(PACKAGE / SKELETON).everybody
GROUPS_OF_TEXTS = {FIRST: (r"town|la ville", 0), LAST: (r"villages|les villages", -1)}  # words of claims
MEASURES = {
    "en": "Mean of the respondents in each group, in {}",
    "fr": "Moyenne des répondants de chaque groupe, en {}",
}
COLOURS = ("BLUE", "GREY", "VERMILION", "GREEN", "VIOLET", "RED", "MIDDLE_GREY", "INK")
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")
MAX_GROUPS = len(COLOURS)


@dataclass(frozen=True)
class Outline:
    """What an edition begins with.

    Attributes
    ----------
    language
        Its only language, perhaps with a region, such as "en-GB"; "" for English and French.
    groups
        The names of its groups, as readers see them; none for those of the skeleton.
    unit
        The unit of its first question.
    """

    language: str = ""
    groups: tuple[str, ...] = ()
    unit: str = PERCENT

    def __post_init__(self) -> None:
        if self.unit not in (PERCENT, *AMOUNTS):
            raise EditionError(f"--unit: found {self.unit!r}; expected one of {', '.join((PERCENT, *AMOUNTS))}")
        names = list(map(name_group, self.groups))
        if self.groups and not (
            2 <= len(names) <= MAX_GROUPS and all(names) and len({*names, EVERYBODY}) == len(names) + 1
        ):
            expected = f"2 to {MAX_GROUPS} names, each other than the next, such as '18-29,30-49,50+'"
            raise EditionError(f"--groups: found {','.join(self.groups)!r}; expected {expected}")
        if self.language and not is_language(self.language):
            raise EditionError(
                f"--language: found {self.language!r}; expected a language such as 'en', 'en-GB' or 'it'"
            )

    @property
    def code(self) -> str:
        """The code of its only language, "" for English and French."""
        return self.language.partition("-")[0]


def is_language(tag: str) -> bool:
    """Return whether a text is a language, perhaps with its region."""
    from babel import Locale, UnknownLocaleError

    try:
        return bool(Locale.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        return False


def name_group(label: str) -> str:
    """Return the identifier of a group that readers see under a name.

    >>> name_group("18-29"), name_group("65+"), name_group("Île-de-France"), name_group("under 5")
    ('18-29', '65-plus', 'ile-de-france', 'under-5')
    """
    plain = unicodedata.normalize("NFKD", label.lower().replace("+", " plus")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def apply_outline(folder: Path, outline: Outline) -> None:
    """Change the files of a fresh copy of the skeleton."""
    if outline.groups:
        _change_groups(folder, outline.groups)
    if outline.unit != PERCENT:
        _change_unit(folder, outline.unit)
    if outline.language:
        _keep_language(folder, outline)


def _edit(path: Path, *changes: tuple[str, str]) -> None:
    """Replace patterns in a file."""
    text = path.read_text(encoding="utf-8")
    for pattern, replacement in changes:
        text = re.sub(pattern, replacement, text)
    path.write_text(text, encoding="utf-8")


def _edit_table(path: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    """Change the rows of a CSV file, whose columns are those of its first new row."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = change(list(csv.DictReader(file)))
    if rows:
        written = io.StringIO()
        writer = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(written.getvalue(), encoding="utf-8")


def _change_unit(folder: Path, unit: str) -> None:
    """Give the first question another unit; a test of shares does not go with it."""

    def change(rows: list[Row]) -> list[Row]:
        measures = {f"measure_{code}": words.format(unit) for code, words in MEASURES.items()}
        return [rows[0] | {"unit": unit} | (measures if unit != COUNT else {}), *rows[1:]]

    _edit_table(folder / "data/codebook/questions.csv", change)
    _edit(folder / DECLARATION, (r"\[families\]\n.*\n\n", ""))
    for path in folder.glob("notebooks/*/*.ipynb"):
        language = Language(path.parent.name)
        text = path.read_text(encoding="utf-8")
        path.write_text(LINK.sub(partial(_write_unit_in, unit=unit, language=language), text), encoding="utf-8")


def _write_unit_in(link: re.Match[str], unit: str, language: Language) -> str:
    """Return a link of the skeleton with another unit than percent behind its number."""
    return re.sub(r"(\d+)\s?%", lambda number: language.quantity(int(number[1]), unit), link[0])


def _change_groups(folder: Path, labels: tuple[str, ...]) -> None:
    """Put other groups in place of those of the skeleton: codebook, figures, declaration, claims, chart and texts."""
    names = list(map(name_group, labels))
    ends = {FIRST: names[0], LAST: names[-1]}

    def declare(rows: list[Row]) -> list[Row]:
        groups = [
            {"segment": name} | {column: label for column in rows[0] if column != "segment"}
            for name, label in zip(names, labels, strict=True)
        ]
        return [*groups, rows[-1]]

    _edit_table(folder / "data/codebook/segments.csv", declare)
    _edit_table(folder / "data/survey.csv", lambda rows: _spread(rows, names))
    is_pair = len(names) == 2
    _edit(
        folder / DECLARATION,
        (r"compared = .*\n", f'compared = ["{names[0]}", "{names[-1]}"]\n' if is_pair else ""),
        (r"mixture = .*\n", ""),
        *([] if is_pair else [(r"\[families\]\n.*\n\n", "")]),
    )

    def name_leaders(rows: list[Row]) -> list[Row]:
        changed = []
        for row in rows:
            about = ".".join(ends.get(part, part) for part in row["about"].split("."))
            words = {f"claim_{code}": row[f"claim_{code}"] for code in SKELETON_LANGUAGES}
            for pattern, place in GROUPS_OF_TEXTS.values():
                words = {key: re.sub(rf"\b(?:{pattern})\b", labels[place], text) for key, text in words.items()}
            changed.append(row | words | {"leader": ends.get(row["leader"], ""), "about": about})
        return changed

    _edit_table(folder / "data/claims.csv", name_leaders)
    styles = "".join(
        f'    "{name}": Style(palette.{colour}, palette.{colour}, "{marker}"),\n'
        for name, colour, marker in zip(names, cycle(COLOURS), cycle(MARKERS), strict=False)
    )
    _edit(
        folder / "article/__init__.py",
        (r"(STYLES = \{\n)(?:.*\n)*?\}", rf"\g<1>{styles}}}"),
        (r", by where they live", ", by group"),
    )
    texts = [folder / "article/__init__.py", *folder.glob(f"{CATALOGUES}/*.po"), *folder.glob("notebooks/*/*.ipynb")]
    for path in texts:
        text = path.read_text(encoding="utf-8")
        path.write_text(LINK.sub(lambda link: _name_group_in(link, ends, labels), text), encoding="utf-8")


def _name_group_in(link: re.Match[str], ends: Mapping[str, str], labels: tuple[str, ...]) -> str:
    """Return a link of the skeleton with the group of its figure in place of the skeleton's."""
    *item, group = link[2].split(".")
    if group not in ends:
        return link[0]
    number = re.match(r"\{number\}|\d+(?:\u00a0| )?%?", link[1])
    label = labels[0] if group == FIRST else labels[-1]
    return f"[{number[0] if number else link[1]} ({label})](#{'.'.join([*item, ends[group]])})"


def _spread(rows: list[Row], names: list[str]) -> list[Row]:
    """Return the figures with as many groups as there are names, between those of the first group and of the last."""
    figures = {(row["source"], row["question"], row["item"], row["segment"]): row for row in rows}
    spread = []
    for (source, question, item, segment), row in figures.items():
        last = figures.get((source, question, item, LAST))
        if segment == EVERYBODY:
            spread.append(row)
        elif segment == FIRST and last:
            low, high = float(row["value"]), float(last["value"])
            for place, name in enumerate(names):
                value = round(low + (high - low) * place / (len(names) - 1))
                differs = (source, item) == ("B1", "bus") and 0 < place == len(names) - 2
                spread.append(row | {"segment": name, "value": str(value + differs)})
    return spread


def _keep_language(folder: Path, outline: Outline) -> None:
    """Leave one language alone: its notebooks, columns, reviewed sentences; a third one begins with English words."""
    kept = outline.code if outline.code in list_languages() else ENGLISH
    for code in {*SKELETON_LANGUAGES} - {kept}:
        shutil.rmtree(folder / "notebooks" / code)
        shutil.rmtree(folder / REVIEWED / "notebooks" / code)
        for ledger in (folder / REVIEWED).glob(f"*.{code}.txt"):
            ledger.unlink()
    lost = re.compile(rf"_(?:{'|'.join({*SKELETON_LANGUAGES} - {kept})})$")
    for path in folder.glob("data/**/*.csv"):
        _keep_columns(
            path, lambda column: "" if lost.search(column) else re.sub(rf"_{kept}$", f"_{outline.code}", column)
        )
    _edit(folder / DECLARATION, (r"languages = .*", f'languages = ["{outline.language}"]'))
    if kept != ENGLISH:
        _translate_words(folder, kept)
        for path in (folder, folder / "data"):
            (path / f"README.{kept}.md").replace(path / "README.md")
    texts = (folder, folder / "data", folder / REVIEWED / "data")
    for path in [path for text in texts for path in text.glob("README.*.md*")]:
        path.unlink()
    shutil.rmtree(folder / CATALOGUES)
    if outline.code != kept:
        (folder / "notebooks" / kept).rename(folder / "notebooks" / outline.code)
        for notebook in folder.glob("notebooks/*/*.ipynb"):
            _edit(notebook, (rf'\(\\"{kept}\\"\)', rf'(\\"{outline.code}\\")'))


def _keep_columns(path: Path, rename: Callable[[str], str]) -> None:
    """Give the columns of a CSV file other names, and drop those that get none."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    kept = [place for place, column in enumerate(header) if rename(column)]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([rename(header[place]) for place in kept])
    writer.writerows([row[place] for place in kept] for row in rows)
    path.write_text(written.getvalue(), encoding="utf-8")


def _translate_words(folder: Path, code: str) -> None:
    """Put the translations of the skeleton's catalogue in place of the English words of the edition."""
    from babel.messages.pofile import read_po

    with (folder / CATALOGUES / f"{code}.po").open("rb") as file:
        translations = {message.id: message.string for message in read_po(file) if message.id}
    for path in (folder / DECLARATION, folder / DESCRIPTOR, folder / "article/__init__.py", *folder.glob("data/*.csv")):
        text = path.read_text(encoding="utf-8")
        for sentence, translation in translations.items():
            text = text.replace(f'"{sentence}"', f'"{translation}"')
        path.write_text(text, encoding="utf-8")
