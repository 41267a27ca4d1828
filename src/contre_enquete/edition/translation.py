"""Find the sentences of an edition that lack a translation, and write them into its catalogue, to be translated.

A sentence is found by saying it: every figure is named, every chart drawn, every claim judged in the language. So those
that code puts together are found, too. An edition in a language of which the engine has no catalogue has a translation
of the engine's sentences in its own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from babel.numbers import get_decimal_symbol, get_group_symbol

from ..article import find_source_language, list_edition_languages, open_language
from ..charts.chart import Chart
from ..descriptor import read_descriptor
from ..display.register import render_figure_cards
from ..errors import EditionError
from ..figures.registry import index_figures
from ..plugin import call_checked, load_figures
from ..project import ARTICLE, CATALOGUES, DECLARATION, OWN_TABLE, move_parts, write_parts
from ..survey.claims import judge_claims
from ..survey.model import Survey, load_survey
from ..text.grammar import GRAMMARS, list_grammars
from ..text.language import ENGINE_CATALOGUES, ENGLISH, Language, list_engine_sentences, list_languages

ON_OWN_SURVEYS = re.compile(r"/answers/|/own\.py$")  # modules
ON_FIGURES = re.compile(r"/figures/table\.py$")  # the words of every kind of figure, of which an edition says its own
MOST_PLACES = 3  # that a catalogue names of a sentence: of one with so many, others may not be named
MAX_NAMED = 12  # sentences that a message names
GRAMMAR_HEAD = "How {} writes numbers: Babel knew signs and months, the other words are English; translate them."


@dataclass(frozen=True)
class Listener(Language):
    """A language that says what it has no translation of as it is, and remembers it in `missing`."""

    missing: dict[str, None] = field(default_factory=dict, compare=False)

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence in this language, or as it is."""
        if self.has(sentence):
            return super().say(sentence, **values)
        self.missing[sentence] = None
        return sentence.format(**values) if values else sentence


def find_untranslated(project: Path, code: str, *, with_survey: bool = False) -> list[str]:
    """Return the sentences of an edition that a language has no translation of. Raises DataError or ArticleError.

    What the engine says of a survey of one's own is among them if asked for, or if the edition has such a survey.
    """
    language = open_language(code, project)
    listener = Listener(code, project / CATALOGUES, language.locale, language.source)
    needless = _list_sentences_in(ON_FIGURES)
    if not with_survey and not (project / OWN_TABLE).is_file():
        needless |= _list_sentences_in(ON_OWN_SURVEYS)
    sentences = sorted(list_engine_sentences() - needless)
    listener.missing.update((sentence, None) for sentence in sentences if not language.has(sentence))
    _say_everything(replace(load_survey(language.source, project), language=listener))
    return list(listener.missing)


def _list_sentences_in(modules: re.Pattern[str]) -> set[str]:
    """Return the sentences of the engine that stand in some modules alone."""
    return {
        str(message.id)
        for message in _read_engine_catalogue()
        if 0 < len(message.locations) < MOST_PLACES and all(modules.search(file) for file, _ in message.locations)
    }


def _say_everything(survey: Survey) -> None:
    """Say in the survey's language what pages, notebooks and charts say of an edition."""
    words, source = survey.article.words, survey.language.source
    doors = [text for door in survey.article.doors for text in (door.title, door.words)]
    title = read_descriptor(survey.project)["title"]
    for sentence in (words.description, words.opening, words.dataset, words.card, title, *doors):
        survey.language.say(sentence)
    for table in survey.tables():
        for column in table.columns[table.columns.str.endswith(f"_{source}")]:
            survey.localize(table, column.removesuffix(f"_{source}"))
    render_figure_cards(survey, tuple(index_figures(survey)))
    for draw in load_figures(survey.project).FIGURES:
        call_checked(draw, survey, Chart, "a Chart").html()
    judge_claims(survey)


def describe_untranslated(project: Path, *, with_survey: bool = False) -> str:
    """Return in one line what the languages of an edition have no translation of; "" if they have all."""
    parts = []
    for code in list_edition_languages(project):
        if missing := find_untranslated(project, code, with_survey=with_survey):
            named = ", ".join(map(repr, missing[:MAX_NAMED])) + ", …" * (len(missing) > MAX_NAMED)
            advice = f"contre-enquete translate {code}{' --survey' * with_survey} writes them there, to be translated"
            parts.append(f"{CATALOGUES}/{code}.po: no translation of {named} ({len(missing)} in all; {advice})")
    return "; ".join(parts)


def prepare_translation(project: Path, tag: str, *, with_survey: bool = False) -> list[str]:
    """Write what an edition needs in a language, to be translated, and return a line for each file that changed.

    That is its catalogue with an entry for each sentence; how it writes numbers, if the engine does not know; and its
    notebooks, if it has none: those of the language of the edition's own words. Raises EditionError for what is no
    language.
    """
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise EditionError(f"{tag}: found no language; expected one such as 'it' or 'it-CH'") from None
    code, files = locale.language, dict[Path, bytes]()
    path, catalogue = project / CATALOGUES / f"{code}.po", Catalog(locale=locale, fuzzy=False)
    if code not in list_languages(project / CATALOGUES):  # a language is known by its catalogue
        move_parts(write_parts({path: _write_catalogue(catalogue)}))
    source = find_source_language(project)
    if code == ENGLISH or (code == source and code in list_languages()):
        raise EditionError(f"{tag}: found a language that needs no catalogue; expected another, such as 'it'")
    if code not in list_grammars(project / CATALOGUES):
        files[project / CATALOGUES / f"{code}.toml"] = _begin_grammar(locale)
    if not any((project / "notebooks" / code).glob("*.ipynb")):
        for notebook in sorted((project / "notebooks" / source).glob("[!.]*.ipynb")):
            text = notebook.read_text(encoding="utf-8").replace(rf"(\"{source}\")", rf"(\"{code}\")")
            files[project / "notebooks" / code / notebook.name] = text.encode()
    if path.is_file():
        catalogue = _read_catalogue(path)
    missing, engine = find_untranslated(project, code, with_survey=with_survey), _read_engine_catalogue()
    for sentence in missing:
        catalogue.add(sentence, "", _locate(project, sentence, engine))
    files[path] = _write_catalogue(catalogue)
    parts = write_parts(files)
    move_parts(parts)
    lines = [
        name
        for name in (written.relative_to(project).as_posix() for written in parts)
        if name != f"{CATALOGUES}/{code}.po"
    ]
    return [*lines, f"{CATALOGUES}/{code}.po: {len(missing)} sentences to translate"]


def _read_engine_catalogue() -> Catalog:
    return _read_catalogue(next(ENGINE_CATALOGUES.glob("*.po")))


def _read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _write_catalogue(catalogue: Catalog) -> bytes:
    for message in catalogue:
        message.flags.discard("python-format")  # Babel's guess at a sentence with a percent sign
    file = BytesIO()
    write_po(file, catalogue, width=0)
    return file.getvalue()


def _locate(project: Path, sentence: str, engine: Catalog) -> list[tuple[str, int]]:
    """Return the files that have a sentence: of the engine as its catalogue says, of the edition with the line."""
    if known := engine.get(sentence):
        return known.locations
    quoted, places = json.dumps(sentence, ensure_ascii=False)[1:-1], list[tuple[str, int]]()
    for path in [
        *sorted((project / ARTICLE).rglob("*.py")),
        project / DECLARATION,
        *sorted(project.glob("data/**/*.*")),
    ]:
        lines = path.read_text(encoding="utf-8").splitlines()
        first = next((number for number, line in enumerate(lines, 1) if sentence in line or quoted in line), None)
        if first:
            places.append((path.relative_to(project).as_posix(), first))
    return places


def _begin_grammar(locale: Locale) -> bytes:
    """Return how English writes numbers, with the signs and months of another language: a file to translate."""
    months = [get_month_names("wide", locale=locale)[month] for month in range(1, 13)]
    known = {
        "decimal": get_decimal_symbol(locale),
        "groups": [get_group_symbol(locale)],
        "percent": locale.percent_formats[None].pattern.replace("#,##0", "{}"),
        "months": months,
    }
    lines = [f"# {GRAMMAR_HEAD.format(locale.english_name)}"]
    for line in (GRAMMARS / f"{ENGLISH}.toml").read_text(encoding="utf-8").partition("[examples]")[0].splitlines()[1:]:
        key = line.partition(" = ")[0]
        lines.append(f"{key} = {json.dumps(known[key], ensure_ascii=False)}" if key in known else line)
    return "\n".join(lines).encode()
