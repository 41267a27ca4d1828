"""Give the invented article of a new edition other languages, groups and units, as `contre-enquete new` is asked."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..article import Waves, is_date, read_article
from ..errors import EditionError
from ..project import CATALOGUES, DECLARATION, DESCRIPTOR, PACKAGE, SKELETON
from ..survey.waves import AT, label_wave
from ..text.formulas import escape_dollars
from ..text.grammar import load_grammar
from ..text.language import ENGLISH, Language, list_languages
from ..text.links import LINK
from ..text.numbers import COUNT, PERCENT, POINTS
from ..text.units import AMOUNTS, CURRENCIES, RATES, SCORE, WITHOUT_RATIO
from .wording import REVIEWED_FOLDER

ExampleRow = dict[str, str]
SKELETON_LANGUAGES = ("en", "fr")
FIRST, LAST = "town", "village"  # groups of the skeleton
EVERYBODY = read_article(PACKAGE / SKELETON).everybody
GROUPS_OF_TEXTS = {FIRST: (r"town|la ville", 0), LAST: (r"villages|les villages", -1)}  # words of claims
EXAMPLE_MEASURES = {  # of the first question, by unit, then by language; "" stands for amounts
    "": {"en": "Mean of the respondents in each group, in {}", "fr": "Moyenne des répondants de chaque groupe, en {}"},
    SCORE: {"en": "Mean score of the respondents in each group", "fr": "Note moyenne des répondants de chaque groupe"},
    COUNT: {
        "en": "Number of respondents who go that way at least once a week",
        "fr": "Nombre de répondants qui s’y rendent ainsi au moins une fois par semaine",
    },
    POINTS: {
        "en": "Change in the share of respondents who go that way, in points",
        "fr": "Évolution de la part des répondants qui s’y rendent ainsi, en points",
    },
    **{rate: {"en": "Respondents who go that way, {}", "fr": "Répondants qui s’y rendent ainsi, {}"} for rate in RATES},
}
MAX_GROUPS, MAX_WAVES = 8, 8  # charts have a style for each
WAVED = "commute"  # the question of the skeleton that has waves
EARLIER = {"bicycle": 0.6, "bus": 1.1, "car": 1.0, "walk": 0.5}  # what its first wave is of the last, by item
WAVE_TITLE = "By bicycle: [{{number}} ({group}, {earlier})](#commute@{first}.bicycle.{name}), then [{{number}} ({later})](#commute@{last}.bicycle.{name})"
WAVE_CHART = """

def cycling(survey: Survey) -> Chart:
    \"\"\"Draw who goes by bicycle, from wave to wave.\"\"\"
    title = "{title}"
    alternative = "Line chart of bicycles. {{values}}."
    return Trend(survey, "commute", "bicycle", name="cycling").lines(title, alternative)


FIGURES = (commute, cycling)
"""
WAVE_CELLS = {  # of a notebook, by language
    "en": "## What changed\n\nBy bicycle: [{before} ({group}, {earlier})](#{first}), then [{after} ({later})](#{last}), a rise of [{change}](#{reference}).",
    "fr": "## Ce qui a changé\n\nÀ vélo\u00a0: [{before} ({group}, {earlier})](#{first}), puis [{after} ({later})](#{last}), soit une hausse de [{change}](#{reference}).",
}
WAVE_TRANSLATIONS = """
msgid "{title}"
msgstr "{translation}"

msgid "Line chart of bicycles. {{values}}."
msgstr "Courbe du vélo. {{values}}."
"""


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
    waves
        When its first question was asked, if several times: the names of its waves, in order.
    """

    language: str = ""
    groups: tuple[str, ...] = ()
    unit: str = PERCENT
    waves: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.unit not in (PERCENT, *AMOUNTS):
            raise EditionError(f"--unit: found {self.unit!r}; expected one of {', '.join((PERCENT, *AMOUNTS))}")
        names = list(map(name_group, self.groups))
        if self.groups and not (
            2 <= len(names) <= MAX_GROUPS and all(names) and len({*names, EVERYBODY}) == len(names) + 1
        ):
            expected = f"2 to {MAX_GROUPS} names, each other than the next, such as '18-29,30-49,50+'"
            raise EditionError(f"--groups: found {','.join(self.groups)!r}; expected {expected}")
        for label in self.groups:
            if label.isdigit():  # texts could not tell it from a figure
                raise EditionError(
                    f"--groups: found {label!r}; expected words with the number, such as 'household of {label}'"
                )
        if self.waves and not (
            2 <= len({*self.waves}) == len(self.waves) <= MAX_WAVES
            and sorted(self.waves) == [*self.waves]
            and all(map(is_date, self.waves))
        ):
            expected = (
                f"2 to {MAX_WAVES} waves, years, months or days in order, such as '2015,2017' or '2017-03,2017-11'"
            )
            raise EditionError(f"--waves: found {','.join(self.waves)!r}; expected {expected}")
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
    if outline.waves:
        _add_waves(folder, outline)
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


def _edit_table(path: Path, change: Callable[[list[ExampleRow]], list[ExampleRow]]) -> None:
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
    """Give the first question another unit; a test of shares does not go with it, nor a ratio with some."""

    def change(rows: list[ExampleRow]) -> list[ExampleRow]:
        measures = {
            f"measure_{code}": words.format(_name_unit(unit, Language(code)))
            for code, words in EXAMPLE_MEASURES.get(unit, EXAMPLE_MEASURES[""]).items()
        }
        return [rows[0] | {"unit": unit} | measures, *rows[1:]]

    _edit_table(folder / "data/codebook/questions.csv", change)
    if unit in WITHOUT_RATIO:
        _edit_table(folder / "data/claims.csv", lambda rows: [row for row in rows if row["rule"] != "much"])
    _edit(folder / DECLARATION, (r"\[families\]\n.*\n\n", ""))
    for path in folder.glob("notebooks/*/*.ipynb"):
        language = Language(path.parent.name)
        text = path.read_text(encoding="utf-8")
        path.write_text(LINK.sub(partial(_write_unit_in, unit=unit, language=language), text), encoding="utf-8")


def _name_unit(unit: str, language: Language) -> str:
    """Return a unit in words: "dollars", where `Language.unit_name` has a sign."""
    return load_grammar(language.code).units[unit][1] if unit in CURRENCIES else language.unit_name(unit)


def _write_unit_in(link: re.Match[str], unit: str, language: Language) -> str:
    """Return a link of the skeleton with another unit than percent behind its number, in a notebook's JSON."""

    def write(number: re.Match[str]) -> str:
        return json.dumps(escape_dollars(language.quantity(int(number[1]), unit)), ensure_ascii=False)[1:-1]

    return re.sub(r"(\d+)\s?%", write, link[0])


def _change_groups(folder: Path, labels: tuple[str, ...]) -> None:
    """Put other groups in place of those of the skeleton: codebook, figures, declaration, claims, chart and texts."""
    names = list(map(name_group, labels))
    ends = {FIRST: names[0], LAST: names[-1]}

    def declare(rows: list[ExampleRow]) -> list[ExampleRow]:
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

    def name_leaders(rows: list[ExampleRow]) -> list[ExampleRow]:
        changed = []
        for row in rows:
            about = ".".join(ends.get(part, part) for part in row["about"].split("."))
            words = {f"claim_{code}": row[f"claim_{code}"] for code in SKELETON_LANGUAGES}
            for pattern, place in GROUPS_OF_TEXTS.values():
                words = {key: re.sub(rf"\b(?:{pattern})\b", labels[place], text) for key, text in words.items()}
            changed.append(row | words | {"leader": ends.get(row["leader"], ""), "about": about})
        return changed

    _edit_table(folder / "data/claims.csv", name_leaders)
    _edit(folder / "article/__init__.py", (r", by where they live", ", by group"))
    texts = [folder / "article/__init__.py", *folder.glob(f"{CATALOGUES}/*.po"), *folder.glob("notebooks/*/*.ipynb")]
    for path in texts:
        text = path.read_text(encoding="utf-8")
        path.write_text(LINK.sub(lambda link: _name_group_in(link, ends, labels), text), encoding="utf-8")


def _add_waves(folder: Path, outline: Outline) -> None:
    """Ask the first question in several waves: figures, declaration, claims, charts and texts."""
    first, last = outline.waves[0], outline.waves[-1]

    def spread(rows: list[ExampleRow]) -> list[ExampleRow]:
        spread_rows = []
        for row in rows:
            asked = outline.waves if row["question"] == WAVED else ("",)
            for place, wave in enumerate(asked):
                part = 1 - place / max(len(asked) - 1, 1)  # from the first wave to the last
                factor = 1 + part * (EARLIER.get(row["item"], 1) - 1)
                value = str(round(factor * float(row["value"]))) if part and wave else row["value"]
                spread_rows.append({"source": row["source"], "wave": wave, **row, "value": value})
        return spread_rows

    def name_waves(text: str) -> str:
        return re.sub(rf"\b{WAVED}(?=\.[a-z])", f"{WAVED}{AT}{last}", text)

    def claim(rows: list[ExampleRow]) -> list[ExampleRow]:
        named = [row | {name: name_waves(row[name]) for name in ("figures", "about")} for row in rows]
        words = {
            "claim_fr": "Le vélo progresse partout",
            "claim_en": "Bicycles gain everywhere",
            "quotation": "progresse",
        }
        empty = dict.fromkeys(("leader", "reading", "reason_fr", "reason_en"), "")
        figures = f"{WAVED}{AT}{last}.bicycle"
        risen = {
            "claim": "bicycle-up",
            "rule": "up",
            "figures": figures,
            "about": f"change.{WAVED}.bicycle.{first}.{last}",
        }
        return [*named[:-1], named[-1] | words | empty | risen | {"paragraph": "2"}, named[-1]]

    _edit_table(folder / "data/survey.csv", spread)
    _edit_table(folder / "data/claims.csv", claim)
    names = ", ".join(f'"{wave}"' for wave in outline.waves)
    _edit(
        folder / DECLARATION,
        (r"\[sources\]", f"[waves]\norder = [{names}]\n\n[sources]"),
        (rf'\["{WAVED}"\]', f'["{WAVED}{AT}{last}"]'),
    )
    _edit(
        folder / "tests/test_edition.py",
        (r'== \("B1", "commute"\)', f'== ("B1", "commute") and row["wave"] == "{last}"'),
    )
    for path in (
        folder / "article/__init__.py",
        *folder.glob(f"{CATALOGUES}/*.po"),
        *folder.glob("notebooks/*/*.ipynb"),
    ):
        path.write_text(name_waves(path.read_text(encoding="utf-8")), encoding="utf-8")
    group = name_group(outline.groups[0]) if outline.groups else FIRST
    titles = {}
    for code in SKELETON_LANGUAGES:
        language = Language(code)
        words = {
            "group": outline.groups[0] if outline.groups else {"en": "town", "fr": "ville"}[code],
            "name": group, "first": first, "last": last,
            "earlier": label_wave(Waves(), first, language), "later": label_wave(Waves(), last, language),
        }  # fmt: skip
        titles[code] = WAVE_TITLE.format(**words)
        _tell_waves(folder / "notebooks" / code / "1-commute.ipynb", outline, language, words)
    titles["fr"] = titles["fr"].replace("By bicycle:", "À vélo\u00a0:").replace("then [", "puis [")
    _edit(
        folder / "article/__init__.py",
        (r"Percentages, Survey", "Percentages, Survey, Trend"),
        (rf'"{WAVED}"', f'"{WAVED}{AT}{last}", name="{WAVED}"'),
        (r"\n\nFIGURES = .*\n", WAVE_CHART.format(title=titles["en"])),
    )
    with (folder / CATALOGUES / "fr.po").open("a", encoding="utf-8") as file:
        file.write(WAVE_TRANSLATIONS.format(title=titles["en"], translation=titles["fr"]))


def _tell_waves(path: Path, outline: Outline, language: Language, words: Mapping[str, str]) -> None:
    """Add what changed to a notebook of the skeleton: a sentence, and the chart of lines."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    with (path.parents[2] / "data/survey.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["item"], row["segment"]) == ("bicycle", words["name"])]
    values = {row["wave"]: int(row["value"]) for row in rows if row["source"] == "B1"}
    first, last = words["first"], words["last"]
    text = WAVE_CELLS[language.code].format(
        **dict(words)
        | {
            "first": f"{WAVED}{AT}{first}.bicycle.{words['name']}",
            "last": f"{WAVED}{AT}{last}.bicycle.{words['name']}",
        },
        reference=f"change.{WAVED}.bicycle.{words['name']}.{first}.{last}",
        before=language.quantity(values[first], PERCENT),
        after=language.quantity(values[last], PERCENT),
        change=escape_dollars(
            language.quantity(values[last] - values[first], POINTS if outline.unit == PERCENT else outline.unit)
        ),
    )
    cells = [
        {"cell_type": "markdown", "id": "waves", "metadata": {}, "source": text.splitlines(keepends=True)},
        {"cell_type": "code", "id": "chart-2", "metadata": {}, "execution_count": None, "outputs": [],
         "source": ['edition.charts["cycling"]']},
    ]  # fmt: skip
    notebook["cells"][4:4] = cells
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _name_group_in(link: re.Match[str], ends: Mapping[str, str], labels: tuple[str, ...]) -> str:
    """Return a link of the skeleton with the group of its figure in place of the skeleton's."""
    *item, group = link[2].split(".")
    if group not in ends:
        return link[0]
    number = re.match(r"\{number\}|\d+(?:\u00a0| )?%?", link[1])
    label = labels[0] if group == FIRST else labels[-1]
    return f"[{number[0] if number else link[1]} ({label})](#{'.'.join([*item, ends[group]])})"


def _spread(rows: list[ExampleRow], names: list[str]) -> list[ExampleRow]:
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
        shutil.rmtree(folder / REVIEWED_FOLDER / "notebooks" / code)
        for ledger in (folder / REVIEWED_FOLDER).glob(f"*.{code}.txt"):
            ledger.unlink()
    lost = re.compile(rf"_(?:{'|'.join({*SKELETON_LANGUAGES} - {kept})})$")
    for path in folder.glob("data/**/*.csv"):
        _keep_columns(
            path, lambda column: "" if lost.search(column) else re.sub(rf"_{kept}$", f"_{outline.code}", column)
        )
    _edit(folder / DECLARATION, (r"languages = .*", f'languages = ["{outline.language}"]'))
    if kept == ENGLISH:
        _edit(folder / DECLARATION, (r'name = "Inventé"', 'name = "Invented"'))
    else:
        _translate_words(folder, kept)
        for path in (folder, folder / "data"):
            (path / f"README.{kept}.md").replace(path / "README.md")
    texts = (folder, folder / "data", folder / REVIEWED_FOLDER / "data")
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
