"""The table at the end of a notebook in which each linked number finds its source."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from .data import find_project
from .notebooks import read_notebook
from .prose import references
from .registry import Figure, registry
from .survey import Survey

KINDS = {
    "gap.": "gap between the groups",
    "lead.": "group with the higher figure",
    "count.items.": "number of items",
    "count.lead.": "items for which the group leads",
    "count.named.": "items ascribed to the group without a number",
    "count.printed.": "sources that print this value",
}
FACTS = {
    "respondents": "Respondents",
    "countries": "Countries",
    "employer-minimum": "Smallest employer, in staff",
    "device-time-minimum": "Smallest share of the job done on a device",
}


@dataclass(frozen=True)
class Register:
    """The figures that a notebook cites: value, question, base, who prints it, what others print, how sure.

    Displayed in a notebook, each row is where the links to its figure land.
    """

    survey: Survey
    figures: tuple[Figure, ...]

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self._summary()}

    def html(self) -> str:
        """The table, one row per figure, with the reference as its anchor."""
        say = self.survey.language.say
        heads = ["Figure", "Question", "Base", "Printed by", "Printed otherwise", "How sure"]
        head = "".join(f'<th scope="col">{escape(say(text))}</th>' for text in heads)
        rows = "".join(self._row(figure) for figure in self.figures)
        return f"<table><caption>{escape(self._summary())}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _summary(self) -> str:
        return self.survey.language.say("{count} figures cited in this notebook", count=len(self.figures))

    def _row(self, figure: Figure) -> str:
        publisher = self.survey.publisher
        other = "; ".join(f"{publisher(source)}\u00a0{printed}" for source, printed in figure.otherwise.items())
        links = ", ".join(f'<a href="#{escape(r)}">{escape(r)}</a>' for r in figure.from_figures)
        cells = [
            escape(self._question(figure)),
            escape(self._base(figure)),
            links or escape("; ".join(dict.fromkeys(map(publisher, figure.printed_by)))),
            escape(other or "–"),
            escape(self.survey.language.say(figure.certainty)),
        ]
        value = f'<th scope="row">{escape(self._value(figure))}</th>'
        return f'<tr id="{escape(figure.reference)}">{value}{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'

    def _value(self, figure: Figure) -> str:
        language = self.survey.language
        group = self.survey.segment_label(figure.segment) if figure.segment else ""
        if figure.unit == "lead":
            return group
        if figure.unit == "percent":
            number = language.percent(figure.value)
        else:
            number = language.number(figure.value)
            number = language.say("{number} points", number=number) if figure.unit == "points" else number
        return f"{number}, {group}" if group else number

    def _question(self, figure: Figure) -> str:
        survey = self.survey
        if figure.question == "sample":
            return survey.language.say(FACTS[figure.item])
        items = survey.items[survey.items["question"] == figure.question].set_index("item")
        label = items.loc[figure.item, f"label_{survey.language.code}"] if figure.item else ""
        kind = next(
            (survey.language.say(kind) for start, kind in KINDS.items() if figure.reference.startswith(start)), ""
        )
        return ", ".join(filter(None, [survey.question(figure.question)["label"], label, kind]))

    def _base(self, figure: Figure) -> str:
        if figure.question == "sample" or figure.unit == "count":
            return "–"
        return self.survey.question(figure.question)["base"]


def register(survey: Survey, notebook: str) -> Register:
    """The figures that a notebook of the survey's language cites, and those they are computed from.

    `notebook` is its name without folder and ending, such as "1-article". Raises NotebookError if
    there is none. A reference that is no figure is left out; `contre-enquete check` reports it.
    """
    path = find_project() / "notebooks" / survey.language.code / f"{notebook}.ipynb"
    text = "\n\n".join(cell.source for cell in read_notebook(path).cells if cell.cell_type == "markdown")
    figures = registry(survey)
    cited = [figures[reference] for reference in references(text) if reference in figures]
    needed = {f.reference for f in cited} | {reference for f in cited for reference in f.from_figures}
    return Register(survey, tuple(figure for figure in figures.values() if figure.reference in needed))
