"""The reference pages for authors: tables, keys of the declaration, rules, notebooks, figures, errors.

`contre-enquete reference PAGE > docs/reference/PAGE.md` writes one. Names, limits and shapes are those of the code;
what they mean is said here, and a test holds both against each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from ..descriptor import ColumnSchema, TableSchema, list_tables
from ..notebooks.form import FOLD_TAG, FORBIDDEN_BUILTINS, FORBIDDEN_MODULES, HIDE_TAG, MAX_CELL_LINES
from ..project import DECLARATION, DESCRIPTOR
from ..survey.claims import WORDING_VERDICTS
from ..survey.rules import READING, RULES
from ..text.units import UNITS_OF_QUESTIONS
from .messages import render_errors

DECLARATION_KEYS = {  # of article.toml; a part in <> is a name of the author's own
    "languages": 'the languages, in the edition\'s order, perhaps with a region: `["en-GB"]`; the first opens the site',
    "names": 'what holds digits and is no number, `#` for the digits: `["Python #"]`',
    "words.name": "name of the edition",
    "words.description": "one sentence about it, which search engines show",
    "words.opening": "first paragraph of the opening page",
    "words.dataset": "one sentence about the data",
    "words.card": "what the card for social networks shows",
    "groups.compared": "the groups that the article compares; if left out, all that are in no union or breakdown",
    "groups.everybody": "the group of all respondents",
    "groups.ordered": "`true` if the groups have an order, that of the codebook, as ages do",
    "groups.unions.<group>": "the groups that a group is made up of, such as adults under 50",
    "groups.breakdowns.<name>": "the groups of another division of everybody, such as by sex",
    "groups.outside": "references of totals that do not lie between their parts, and are known not to",
    "groups.mixture": "`false` if the groups compared do not make up everybody, so that a total may lie outside of them",
    "sources.article": "the source that is the article",
    "sources.method": "the source that says who was asked",
    "waves.order": 'the waves of a survey that was asked several times, in order: `["2015", "2017"]`',
    "waves.labels.<wave>": "name of a wave that is no year, month or day",
    "waves.shown.<wave>": "the source whose figures are shown of a wave",
    "families.<name>": "questions in percent that are tested together",
    "facts.<fact>.words": "name of a number in `sample.csv`",
    "facts.<fact>.unit": "its unit: `count` (if left out), `percent`, `points` or an amount",
    "read.<name>.value": "a number that you counted or read, which is in no table; texts cite it as `read.<name>`",
    "read.<name>.words": "what it is",
    "doors.<name>.title": "title of a part of the opening page",
    "doors.<name>.words": "its sentence",
    "doors.<name>.notebooks": "the notebooks behind it, in reading order",
    "summary.claims": "claims whose verdicts stand in the summary, `article/summary.<language>.md`",
    "thresholds.much": "from which ratio of two shares a difference is great, 1.5 if left out",
    "answered.people": "words of `sample.csv` for who answered that mean the same respondents",
    "speaks_of.<name>": "in whose place respondents answered, in words, for the column `unit` of `claims.csv`",
    "size_classes.question": "the question whose items share out everybody by size, smallest first",
    "national.question": "the question that `national.csv` gives figures of",
    "national.caption": "caption of the table of its figures",
    "national.item": "head of its column of items",
    "exchanged.source": "a source that prints an item with its two groups swapped",
    "exchanged.item": "that item, as `question.item`",
    "exchanged.conflict": "the item of other sources that contradicts it",
    "exchanged.control": "an item of which the same source has the groups right",
    "disputed.item": "an item of which the article and other pages print different values, as `question.item`",
    "disputed.group": "the group of that value",
    "official.measures": "measures of statistical offices; the first that a page gives by size is compared",
    "official.years.first": "first year that is compared",
    "official.years.last": "last year that is compared",
    "official.smallest": "size class of the smallest that they count",
    "official.middle": "size class of the middle ones",
    "official.largest": "size class of the largest",
    "official.everybody": "all sizes together",
    "official.before": "a figure of offices, as `place.year.measure.size`",
    "official.after": "the same measure some years later",
    "official.unsaid": "bases that no card says, since the size or the measure does",
    "official.bases.<base>": "what a percent of an office is of, for the column `base` of `official.csv`",
    "official.counts.<count>": "what `count.official.<count>` counts; one without words is not there",
    "official.findings.<finding>": "what claims may say of offices: a sentence for `size`, `trend` and `nothing`, and the captions of tables, `percents` (with {measures}) and `differing`",
}
RULE_WORDS = {
    "more": "the leader is higher than every other group shown, or than the one that a `gap` names",
    "plain": "the same, where every group has a figure",
    "lowest": "the leader is lower than every other",
    "much": "the leader, or the highest, is far ahead of every other: by `thresholds.much`",
    "rises": "each group is higher than the one before it in the codebook",
    "falls": "each group is lower than the one before it",
    "majority": "more than half of each group",
    "minority": "less than half of each group",
    "mostly": "more than half of one group",
    "first": "an item is the highest of its question, in a group",
    "before": "an item is ahead of another, in a group",
    "up": "the value rose from one wave to another",
    "down": "the value fell",
    "unchanged": "the value stayed the same, as far as rounding and chance allow",
    "doubled": "the value at least doubled",
    "halved": "the value fell to half or less",
    "rounded": "the first number is the second one, rounded to two digits",
    READING: "your own reading, in the columns `reading` and `reason_*`",
    "": "no rule: the claim is a figure, and nothing else",
}


def render_tables(project: Path) -> str:
    """Return the page of tables and columns."""
    lines = [
        "# Tables and columns",
        "",
        f"`{DESCRIPTOR}` names the tables of an edition and their files; this page lists their columns. A column that",
        "may be empty may be left out. `label_*` stands for a column for each language, such as `label_en`. Any table",
        "may have a column `note`, for you. `make validate` checks all of it.",
    ]
    for table in list_tables().values():
        lines += ["", *_render_table(table)]
    units = ", ".join(f"`{unit}`" for unit in UNITS_OF_QUESTIONS)
    return "\n".join([*lines, "", "## Units", "", f"Of a question: {units}.", ""])


def _render_table(table: TableSchema) -> list[str]:
    needed = "Every edition has it." if table.needed else "An edition may do without it."
    key = ", ".join(f"`{column}`" for column in table.key)
    foreign = [f"`{', '.join(columns)}` in `{name}`" for columns, name, _ in table.foreign]
    rows = [f"| `{column.name}` | {_describe_cells(column)} | {column.description} |" for column in table.columns]
    listed = f" Listed elsewhere: {'; '.join(foreign)}." if foreign else ""
    title = f"{table.title}. {needed} One row for each {key}.{listed}"
    return [f"## `{table.name}`", "", title, "", "| column | cells | what is in it |", "|---|---|---|", *rows]


def _describe_cells(column: ColumnSchema) -> str:
    kinds = {"string": "text", "number": "number", "integer": "whole number", "date": "date as YYYY-MM-DD"}
    rules = column.rules
    parts = [kinds[column.type]] if "enum" not in rules else [", ".join(f"`{word}`" for word in rules["enum"])]
    parts += [f"at least {rules['minimum']}"] if "minimum" in rules else []
    parts += [f"at most {rules['maximum']}"] if "maximum" in rules else []
    return ", ".join(parts + ["may be empty"] * column.empty)


def render_keys(project: Path) -> str:
    """Return the page of the keys of `article.toml`."""
    rows = [f"| `{key}` | {words} |" for key, words in DECLARATION_KEYS.items()]
    head = [
        f"# Keys of `{DECLARATION}`",
        "",
        "`words`, `groups.everybody` and `sources` are needed; all else may be left out. A key with a point, such as",
        "`groups.compared`, stands as `compared` under the heading `[groups]`. A part in <> is a name: a group, a fact,",
        "or one that you choose. A key that is not in this list is refused by name.",
    ]
    return "\n".join([*head, "", "| key | what it says |", "|---|---|", *rows, ""])


def render_rules(project: Path) -> str:
    """Return the page of rules and readings."""
    rows = []
    for name, rule in RULES.items():
        count = f"{rule.min_refs}" + (" or more" if rule.max_refs == math.inf else "")
        needs = f"{count}: {rule.shape.words}" + ("; a leader" if rule.needs_leader else "")
        rows.append(f"| {f'`{name}`' if name else '–'} | {RULE_WORDS[name]} | {needs} |")
    readings = [f"| `{name}` | {words} |" for name, words in WORDING_VERDICTS.items()]
    head = [
        "# Rules and readings of claims",
        "",
        "The column `rule` of `data/claims.csv` says how the words of a claim are judged, from the figures of `figures`, or",
        "of `about` where that is not empty. Words are wrong only if no figures that rounding, and a published margin or n,",
        "allow bear them out. What they leave open is not judged. `first`, `before`, `mostly`, `doubled` and `halved` allow",
        "for rounding alone.",
    ]
    return "\n".join(
        [
            *head,
            *("", "| rule | what it asks | references that it takes |", "|---|---|---|", *rows),
            *("", "## Readings", "", "| reading | what readers see |", "|---|---|", *readings, ""),
        ]
    )


def render_notebooks(project: Path) -> str:
    """Return the page of what notebooks may hold."""
    modules, calls = (
        ", ".join(f"`{name}`" for name in sorted(names)) for names in (FORBIDDEN_MODULES, FORBIDDEN_BUILTINS)
    )
    lines = [
        "# Notebooks",
        "",
        'A notebook is text, and cells that call functions: `edition = load_edition("en")`, `edition.charts["name"]`,',
        "`edition.tables.verdicts()`, `edition.register()`. It runs from top to bottom, and `make rerun` says whether a fresh",
        "run gives what is saved.",
        "",
        "| tag of a cell | what it does |",
        "|---|---|",
        f"| `{HIDE_TAG}` | on code without results: pages leave the cell out |",
        f"| `{FOLD_TAG}` | on text that begins with `## `: pages fold the part under this heading |",
        "",
        f"A cell has at most {MAX_CELL_LINES} lines, and no `def`, `class` or loop. Refused are the modules {modules}, and the",
        f"calls {calls}.",
        "",
    ]
    return "\n".join(lines)


def render_figures(project: Path) -> str:
    """Return the page of what a text can cite, with examples from an edition."""
    from ..figures.page import render_page
    from ..survey.model import load_survey

    return render_page(load_survey("en", project))


PAGES: dict[str, Callable[[Path], str]] = {
    "article": render_keys,
    "errors": render_errors,
    "figures": render_figures,
    "notebooks": render_notebooks,
    "rules": render_rules,
    "tables": render_tables,
}
