"""Check the texts of any project whose `pyproject.toml` has a table `[tool.contre-enquete]`, and rewrite them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from ..errors import DataError
from ..text.grammar import Grammar, load_grammar
from ..text.numbers import PERCENT
from .datum import Datum
from .documents import Document, Passage, read_document
from .rewriting import rewrite_code, rewrite_text
from .settings import Settings
from .tracing import NOT_LINKED, Problem, Trace, check_text
from .vocabulary import Vocabulary


@dataclass(frozen=True)
class Finding:
    """A problem of a text, and its place: "cell 3", or the number of a line."""

    place: str
    problem: Problem | str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}" if self.place else str(self.problem)


@dataclass(frozen=True)
class TextReport:
    """What is found in one text: the numbers that cannot be traced, how many are, and how many there are."""

    name: str
    findings: tuple[Finding, ...]
    traced: int
    total: int

    def __str__(self) -> str:
        lines = [f"{self.name}, {finding}" for finding in self.findings]
        return "\n".join([*lines, f"{self.name}: {self.traced} of {self.total} numbers traced"])


@dataclass(frozen=True)
class RewrittenText:
    """A text before and after its numbers are rewritten, how many were, and what a person must still see to."""

    path: Path
    name: str
    before: str
    after: str
    count: int
    sentences: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def diff(self) -> str:
        """Return the changes as `diff -u` shows them."""
        old, new = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        return "".join(unified_diff(old, new, f"a/{self.name}", f"b/{self.name}"))


@dataclass(frozen=True)
class Binding:
    """A document with the figures that it may cite and the words of its language."""

    document: Document
    name: str
    figures: Mapping[str, Datum]
    vocabulary: Vocabulary
    every_number: bool = True

    def trace_passages(self) -> Iterator[tuple[int, Trace]]:
        """Yield the number of each passage of prose, and what is found in it."""
        for number, passage in enumerate(self.document.passages):
            if not passage.is_code:
                trace = check_text(passage.text, self.figures, self.vocabulary, passage.context)
                yield number, trace if self.every_number else _keep_links(trace)

    def check(self) -> TextReport:
        """Return what is found in the document."""
        findings, traced, total = [Finding("", fault) for fault in self.document.faults], 0, 0
        for number, trace in self.trace_passages():
            passage = self.document.passages[number]
            for problem in trace.problems:
                before = passage.text[: problem.place[0]]
                findings.append(Finding(passage.describe_place(before, self.document), problem))
            traced, total = traced + trace.traced, total + trace.total
        return TextReport(self.name, tuple(findings), traced, total)

    def rewrite(self) -> RewrittenText:
        """Return the document with the numbers that its figures have now."""
        edits, sentences, problems = [], [], []
        for number, passage in enumerate(self.document.passages):
            if passage.is_code:
                edits += [(number, edit) for edit in rewrite_code(passage.text, self.figures)]
                continue
            rewriting = rewrite_text(passage.text, self.figures, self.vocabulary, passage.context)
            edits += [(number, (*change.place, change.after)) for change in rewriting.changes]

            def name_place(text: str, position: int, passage: Passage = passage) -> str:
                return f"{self.name}, {passage.describe_place(text[:position], self.document)}"

            places = {change.sentence: change.place[0] for change in reversed(rewriting.changes)}
            for sentence, words in rewriting.sentences.items():
                sentences.append(f"{name_place(passage.text, places[sentence])}: {sentence} ({', '.join(words)})")
            for problem in rewriting.problems:
                if self.every_number or problem.fault != NOT_LINKED:
                    problems.append(f"{name_place(rewriting.text, problem.place[0])}: {problem}")
        document = self.document
        after = document.edit(edits) if edits else document.content
        return RewrittenText(
            document.path, self.name, document.content, after, len(edits), tuple(sentences), tuple(problems)
        )


def _keep_links(trace: Trace) -> Trace:
    """Return what is found in a text's links alone."""
    problems = tuple(problem for problem in trace.problems if problem.fault != NOT_LINKED)
    return Trace(problems, trace.traced, trace.traced + len(problems))


def bind_texts(settings: Settings, paths: Sequence[str | Path] = ()) -> Iterator[Binding]:
    """Yield each text of a project, or those at some paths, with its figures and the words of its language.

    Raises DataError for what cannot be read.
    """
    figures = settings.all_figures
    vocabularies: dict[str, Vocabulary] = {}
    for path in [Path(path).resolve() for path in paths] or settings.list_texts():
        name = Path(os.path.relpath(path, settings.root)).as_posix()
        if not path.is_file():
            raise DataError(f"{name}: not found")
        document = read_document(path, name)
        language = settings.find_language(path, document.language)
        citable = {**figures, **document.figures}
        if document.figures:
            vocabulary = settings.make_vocabulary(language, citable)
        else:
            if language not in vocabularies:
                vocabularies[language] = settings.make_vocabulary(language, figures)
            vocabulary = vocabularies[language]
        yield Binding(document, name, citable, vocabulary, settings.every_number)


def list_links(settings: Settings) -> list[str]:
    """Return the figures that a project's texts may cite, each as a link in the language of the settings."""
    grammar = load_grammar(settings.language)
    figures = dict(settings.all_figures)
    for path in settings.list_texts(missing_ok=True):
        figures |= read_document(path, path.name).figures
    return [write_link(datum, grammar) for datum in figures.values() if datum.value is not None]


def write_link(datum: Datum, grammar: Grammar) -> str:
    r"""Return a link to a figure, with its value as words.

    >>> write_link(Datum("use.paris", 34.5, "percent"), load_grammar("fr"))
    '[34,5\xa0%](#use.paris)'
    """
    value = datum.value or 0.0
    number = grammar.write_number(value, min(2, len(f"{abs(value):.10g}".partition(".")[2])))
    number = ("−" if value < 0 else "") + number
    return f"[{grammar.percent.format(number) if datum.unit == PERCENT else number}](#{datum.reference})"
