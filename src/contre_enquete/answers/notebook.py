"""Answer the open questions of a file of answers in a notebook: a table to look at, and one call for each answer."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path

from ..errors import DataError, EditionError
from ..project import find_project
from ..text.language import Language
from .dialogue import choose_language
from .draft import Draft, OpenQuestion
from .preview import describe_draft, describe_kind, list_groups, list_items, list_left_out
from .propose import draft_codebook, open_source, write_codebook
from .published import NO_NAMES, PublishedNames
from .summary import Source

ALIGN_LEFT = "text-align: left"  # where JupyterLab sets cells of tables at the right


@dataclass(frozen=True)
class SurveyDraft:
    """A file of answers as it is understood so far. Each answer gives another draft; only `save` writes."""

    path: Path
    language: Language
    source: Source = field(repr=False)  # the file, read once for all answers
    published: PublishedNames = field(default=NO_NAMES, repr=False)
    given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def draft(self) -> Draft:
        """What is guessed of the file, and what people said."""
        return draft_codebook(self.source, self.given, self.language, self.published)

    def questions(self) -> SurveyDraft:
        """Return the draft, which a notebook shows as tables: each question with counts, then what is open."""
        return self

    def answer(self, key: str, number: int | None = None, **choices: str | Sequence[str]) -> SurveyDraft:
        """Return the draft with an answer to an open question.

        Parameters
        ----------
        key
            The key of the question, as the table has it: "size", "who".
        number
            For a question that asks for a number: the number.
        **choices
            For each choice, what gets it, as the table has it: ``sme=["1-99", "100-499"]``.

        Raises
        ------
        DataError
            If there is no such question, choice or option.
        """
        questions = {question.key: question for question in self.draft.open_questions}
        if key not in questions:
            expected = ", ".join(map(repr, questions)) or "none: nothing is open"
            raise DataError(f"{key}: found no open question of that name; expected one of {expected}")
        question = questions[key]
        if number is not None:
            given = dict.fromkeys(question.options, str(number))
        else:
            given = {
                option: choice
                for choice, options in choices.items()
                for option in ([options] if isinstance(options, str) else options)
            }
        return replace(self, given={**self.given, key: {**self.given.get(key, {}), **given}})

    def save(self, codebook: str | Path | None = None) -> Path:
        """Write the codebook, beside the file unless another place is given, and return its path.

        Raises DataError if there is such a file already.
        """
        path = Path(codebook) if codebook else self.path.with_suffix(".toml")
        write_codebook(self.draft, path)
        return path

    def _repr_html_(self) -> str:
        return "".join(_render_draft(self.draft, self.language, self.path))


def draft_survey(path: str | Path, language: str | None = None) -> SurveyDraft:
    r"""Return what a file of answers seems to hold, to look at and to answer what only people know.

    Parameters
    ----------
    path
        The file that a survey tool exports: a workbook, CSV, SPSS, Stata.
    language
        The code of the language of the texts, such as "fr"; that of the computer if it is None.

    Raises
    ------
    DataError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "answers.csv"
    >>> _ = path.write_text("Happy?\n" + "1\n2\n" * 20)
    >>> survey = draft_survey(path, "en").answer("yes", two=["Happy?"])
    >>> survey.draft.questions["happy"].yes
    ('2',)
    """
    try:
        published = PublishedNames.read(find_project())
    except EditionError:
        published = NO_NAMES
    return SurveyDraft(Path(path), choose_language(language), open_source(Path(path)), published)


def _render_draft(draft: Draft, language: Language, path: Path) -> Iterator[str]:
    """Yield the HTML of a draft: its questions, what is left out, warnings, and open questions, with lines to type."""
    say = language.say
    yield f"<p><b>{escape(describe_draft(draft, language))}</b></p><table>"
    for question in draft.questions.values():
        kind = escape(describe_kind(question, language))
        yield f"<tr><td colspan=3 style='{ALIGN_LEFT}'><b>{escape(question.label)}</b> ({kind})</td></tr>"
        yield from (_render_row(cells) for cells in list_items(question, language))
    yield "</table>"
    lines = [*list_groups(draft, language), *list_left_out(draft, language), *draft.warnings]
    if draft.excluded_rows:
        lines.insert(0, say("{number} rows do not count", number=language.number(draft.excluded_rows)))
    yield "".join(f"<p>{escape(line)}</p>" for line in lines)
    for open_question in draft.open_questions:
        yield from _render_open_question(open_question, language)
    file = escape(shlex.quote(str(path)))
    yield f"<p><b>{say('If all is right')}</b></p><pre>survey.save()</pre>"
    yield f"<p>{say('Then, in a terminal:')}</p><pre>make survey FILE={file} EDITION={language.code}</pre>"


def _render_row(cells: Sequence[str]) -> str:
    first, *others = map(escape, cells)
    return f"<tr><td style='{ALIGN_LEFT}'>{first}</td>{''.join(f'<td>{cell}</td>' for cell in others)}</tr>"


def _render_open_question(question: OpenQuestion, language: Language) -> Iterator[str]:
    """Yield the HTML of an open question: its options, what each is taken for, and the call that says so."""
    yield f"<p><b>{escape(question.text)}</b></p><table>"
    for name, option in question.options.items():
        choice = question.choices.get(question.answers[name], question.answers[name])
        yield _render_row((option.label, language.number(option.people), choice))
    yield "</table>"
    if question.choices:
        names = {choice: [name for name, of in question.answers.items() if of == choice] for choice in question.choices}
        said = ", ".join(f"{choice}={json.dumps(of, ensure_ascii=False)}" for choice, of in names.items())
    else:
        said = next(iter(question.answers.values()))
    yield f"<pre>survey = survey.answer({json.dumps(question.key)}, {escape(said)})</pre>"
