"""Make any notebook into one page without script or request, whatever made it and wherever it lies."""

from __future__ import annotations

import base64
import json
import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
from markupsafe import Markup, escape
from nbconvert.filters.ansi import ansi2html

from ..charts.parts import render_scroller
from ..errors import EditionError
from ..prose.datum import Datum
from ..prose.repository import write_link
from ..prose.settings import Settings, find_settings
from ..prose.sources import MIME, read_outputs
from ..prose.tracing import list_citations
from ..text.language import ENGLISH, Language, list_languages
from ..text.links import strip_links
from ..text.markup import sanitize_html
from .html import Citations, PageRenderer, render_markdown, strip_emphasis
from .imprint import FRAMES, ICON, make_policy, make_style, render_template
from .outputs import render_back_links

MATHML = "{http://www.w3.org/1998/Math/MathML}"
MATH_ATTRIBUTES = {"display", "stretchy", "fence", "form", "mathvariant", "columnalign", "rowspacing", "columnspacing"}
MATH_ATTRIBUTES |= {
    "linethickness",
    "accent",
    "accentunder",
    "width",
    "lspace",
    "rspace",
    "minsize",
    "maxsize",
    "separator",
}
FORMULA_MARK = re.compile("\ue000(\\d+)\ue001")  # where a formula stands while the text around it is sanitized
MAX_PICTURE = 20_000_000  # bytes of a picture beside a notebook
PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
WIDGET = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
HIDE_CODE = {"hide-input", "hide_input", "remove-input", "remove_input"}
HIDE_CELL = {"hide", "hide-cell", "hide_cell", "remove-cell", "remove_cell"}
STYLE_RULES = "".join((FRAMES / f"{name}.css").read_text(encoding="utf-8") for name in ("page", "notebook"))


def render_any_notebook(notebook: nbformat.NotebookNode, name: str, folder: Path, language: str = "") -> str:
    """Return the page of a notebook: its texts, code and outputs, and a card for each figure that it cites.

    `name` is that of its file without suffix, and `folder` where its pictures lie. The language is the given one, else
    that of the notebook's metadata, its folders or the settings.
    """
    settings = find_settings(folder) or Settings(folder)
    declared = language or str(notebook.metadata.get("language") or notebook.metadata.get("lang") or "")
    spoken = settings.find_language(folder / f"{name}.ipynb", declared)
    page = _NotebookPage(notebook, folder, spoken, settings)
    body = "\n".join(page.render_cells())
    style = make_style(rules=STYLE_RULES)
    title = _find_title(notebook) or name
    return render_template(
        "notebook.html.j2",
        title=title,
        tag=page.language.tag if spoken == page.language.code else spoken,
        say=page.language.say,
        style=Markup(style),
        policy=Markup(make_policy(style)),
        icon=ICON,
        contents=page.contents,
        has_title=bool(_find_title(notebook)),
        body=Markup(body),
        figures=Markup(page.render_figures()),
        file=f"{name}.ipynb",
    ).decode()


def render_formula(latex: str, is_block: bool = False) -> str:
    r"""Return a formula as MathML, or as its source where it cannot be made so.

    >>> render_formula("x^2")[:66]
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">'
    >>> render_formula(r"\nosuch{")
    '<code class="formula">\\nosuch{</code> <span class="note">(LaTeX)</span>'
    """
    try:
        return _convert_formula(latex, "block" if is_block else "inline")
    except Exception:  # latex2mathml raises a dozen kinds of errors for what it does not know
        return f'<code class="formula">{escape(latex)}</code> <span class="note">(LaTeX)</span>'


@cache
def _convert_formula(latex: str, display: str) -> str:
    from latex2mathml.converter import convert

    # It knows these environments by the names that they have outside of a formula.
    known = re.sub(r"(\\(?:begin|end)\{)(?:aligned|split)\}", r"\1align*}", latex)
    root = ElementTree.fromstring(convert(known, display=display))
    for element in root.iter():
        if not element.tag.startswith(f"{MATHML}m"):
            raise ValueError(element.tag)
        if element.tag == f"{MATHML}mi" and (element.text or "").startswith("\\"):
            raise ValueError(element.text)  # a command that it took for a letter
        element.attrib = {key: value for key, value in element.attrib.items() if key in MATH_ATTRIBUTES}
    ElementTree.register_namespace("", MATHML.strip("{}"))
    return ElementTree.tostring(root, encoding="unicode")


class _TextRenderer(PageRenderer):
    """Renders the Markdown of one cell: formulas as MathML, pictures embedded, headings with an id."""

    def __init__(self, page: _NotebookPage, attachments: Mapping[str, Any], anchor: str) -> None:
        super().__init__(page.language, citations=page.citations, anchor=anchor)
        self.page, self.bundles = page, attachments
        self.formulas: list[str] = []

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return a picture that is embedded, or its words with a link where it would be loaded from elsewhere."""
        if url.startswith("attachment:"):
            bundle = self.bundles.get(url.removeprefix("attachment:"), {})
            address = next((_embed(kind, data) for kind, data in bundle.items() if kind.startswith("image/")), "")
        else:
            address = url if url.startswith("data:image/") else self.page.embed_file(url)
        if address:
            return f'<img src="{escape(address)}" alt="{escape(text)}">'
        words = escape(text or title or url)
        return f'<a href="{escape(url)}">{words}</a>' if re.match(r"https?://", url) else f"<em>{words}</em>"

    def block_html(self, html: str) -> str:
        """Return HTML of a text, its pictures embedded."""
        return super().block_html(self.page.embed_sources(html))

    def inline_html(self, html: str) -> str:
        """Return HTML inside a line, its pictures embedded."""
        return super().inline_html(self.page.embed_sources(html))

    def inline_math(self, body: str) -> str:
        """Return the place of a formula in a line; "$5, not $6" has none."""
        return self._hold(body) if body == body.strip() else f"${escape(body)}$"

    def block_math(self, body: str) -> str:
        """Return the place of a formula on lines of its own."""
        return f"<div>{self._hold(body, True)}</div>"

    def latex_environment(self, name: str, body: str) -> str:
        """Return the place of an environment such as align."""
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def _hold(self, latex: str, is_block: bool = False) -> str:
        self.formulas.append(render_formula(latex, is_block))
        return f"\ue000{len(self.formulas) - 1}\ue001"

    def render(self, text: str) -> str:
        """Return a text as HTML that runs, loads and sends nothing."""
        html = render_markdown(re.sub("[\ue000\ue001]", "", text), self)
        return FORMULA_MARK.sub(lambda place: self.formulas[int(place[1])], html)


class _NotebookPage:
    """The parts of a notebook's page, and what they share."""

    def __init__(self, notebook: nbformat.NotebookNode, folder: Path, spoken: str, settings: Settings) -> None:
        self.notebook, self.folder = notebook, folder.resolve()
        self.language = Language(spoken if spoken in list_languages() else ENGLISH)
        self.widgets = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
        own, _ = read_outputs(notebook.cells)
        try:
            self.figures: Mapping[str, Datum] = {**settings.all_figures, **own}
        except EditionError:  # a page needs no figures
            self.figures = own
        self.vocabulary = settings.make_vocabulary(spoken, self.figures)
        cited = [
            reference
            for cell in notebook.cells
            if cell.cell_type == "markdown"
            for reference in list_citations(cell.source, self.figures, self.vocabulary)
        ]
        self.cited = [reference for reference in dict.fromkeys(cited) if reference in self.figures]
        self.citations = Citations(self.cited)
        self.contents: list[tuple[str, str]] = []

    def render_cells(self) -> Iterator[str]:
        """Yield each cell as HTML."""
        for number, cell in enumerate(self.notebook.cells, 1):
            if HIDE_CELL & set(cell.metadata.get("tags", [])):
                continue
            if cell.cell_type == "markdown":
                yield self.render_text(cell, number)
            elif cell.cell_type == "code":
                yield self.render_code(cell)
            elif cell.metadata.get("raw_mimetype") == "text/html":
                yield sanitize_html(self.embed_sources(cell.source))
            elif cell.metadata.get("raw_mimetype") == "text/markdown":
                yield self.render_text(cell, number)

    def render_text(self, cell: nbformat.NotebookNode, number: int) -> str:
        """Return a cell of text; its first heading has an id, to which the contents lead."""
        heading = re.match(r"#{1,6}\s+(.*)", cell.source.lstrip())
        anchor = str(cell.get("id") or f"cell-{number}") if heading else ""
        if heading and re.match(r"##?\s", cell.source.lstrip()) and self.contents is not None:
            self.contents.append((anchor, strip_emphasis(strip_links(heading[1]))))
        return _TextRenderer(self, cell.get("attachments", {}), anchor).render(cell.source)

    def render_code(self, cell: nbformat.NotebookNode) -> str:
        """Return a cell of code and its outputs, without what its metadata hide."""
        jupyter, tags = cell.metadata.get("jupyter", {}), set(cell.metadata.get("tags", []))
        parts = []
        if cell.source.strip() and not (jupyter.get("source_hidden") or HIDE_CODE & tags):
            parts.append(f'<pre class="source" tabindex="0"><code>{escape(cell.source)}</code></pre>')
        if not (jupyter.get("outputs_hidden") or {"hide-output", "remove-output", "remove_output"} & tags):
            parts += [part for output in cell.get("outputs", []) if (part := self.render_output(output))]
        return "\n".join(parts)

    def render_output(self, output: nbformat.NotebookNode) -> str:
        """Return an output as HTML, in the richest of its forms that needs no script."""
        if output.output_type == "stream":
            kind = ' class="error"' if output.get("name") == "stderr" else ""
            return f'<pre tabindex="0"{kind}>{_colour(output.text)}</pre>'
        if output.output_type == "error":
            return f'<pre class="error" tabindex="0">{_colour(chr(10).join(output.traceback) or output.ename)}</pre>'
        data = output.get("data", {})
        for kind, render in self._renderers().items():
            if kind in data and (part := render(data[kind], output)):
                return part
        return (
            f'<p class="note">{escape(self.language.say("This result needs a script; the page has none."))}</p>'
            if data
            else ""
        )

    def _renderers(self) -> dict[str, Callable[[Any, nbformat.NotebookNode], str]]:
        """Return the functions that render each form of an output, the richest first."""
        return {
            WIDGET: self._render_widget,
            MIME: lambda data, output: self._render_html(output.data.get("text/html", ""), output),
            "text/html": self._render_html,
            "text/markdown": lambda data, _: _TextRenderer(self, {}, "").render(data),
            "image/svg+xml": partial(_picture, "image/svg+xml"),
            "text/latex": lambda data, _: f"<div>{render_formula(_strip_dollars(data), True)}</div>",
            **{kind: partial(_picture, kind) for kind in PICTURE_TYPES},
            "application/json": lambda data, _: (
                f'<pre tabindex="0">{escape(json.dumps(data, indent=1, ensure_ascii=False))}</pre>'
            ),
            "text/plain": self._render_plain,
        }

    def _render_html(self, html: str, _: nbformat.NotebookNode) -> str:
        """Return HTML of an output without scripts and styles, "" if nothing is left to see."""
        clean = sanitize_html(self.embed_sources(html))
        if not re.search(r"<img|<svg", clean) and not re.sub(r"<[^>]*>|\s", "", clean):
            return ""
        return (
            render_scroller(clean, self.language.say("Table"), "table") if "<table" in clean else f"<div>{clean}</div>"
        )

    def _render_plain(self, text: str, output: nbformat.NotebookNode) -> str:
        """Return a plain text, unless it stands for a picture or a page that could not be shown."""
        needs_script = {"application/javascript", "text/html"} & set(output.data)
        return "" if needs_script and re.match(r"<[\w.]+[^>]*>$", text) else f'<pre tabindex="0">{_colour(text)}</pre>'

    def _render_widget(self, view: Any, output: nbformat.NotebookNode) -> str:
        """Return what a widget shows, as a line of text; "" if the notebook does not say."""
        lines = list(self._describe_widget(view.get("model_id", ""), set()))
        return "".join(f'<p class="widget">{escape(line)}</p>' for line in lines)

    def _describe_widget(self, model: str, seen: set[str]) -> Iterator[str]:
        """Yield the description and value of a widget, and of those in it."""
        state = self.widgets.get(model, {}).get("state", {})
        if model in seen or not state:
            return
        seen.add(model)
        value = state.get("value", "")
        if state.get("_options_labels") and state.get("index") is not None:
            index = state["index"]
            value = state["_options_labels"][index] if isinstance(index, int) else value
        shown = [str(part) for part in (state.get("description"), value) if part not in ("", None)]
        if shown:
            yield re.sub(r"<[^<>]+>", "", ": ".join(shown))
        for child in state.get("children", []):
            yield from self._describe_widget(str(child).removeprefix("IPY_MODEL_"), seen)

    def embed_sources(self, html: str) -> str:
        """Return HTML in which the pictures beside the notebook are embedded."""

        def embed(source: re.Match[str]) -> str:
            return f'{source[1]}"{escape(self.embed_file(source[2]) or source[2])}"'

        return re.sub(r"""(<img\b[^<>]*?\bsrc=)["']([^"']+)["']""", embed, html, flags=re.IGNORECASE)

    def embed_file(self, address: str) -> str:
        """Return a picture beside the notebook as an address that holds it; "" if it is not there, or elsewhere."""
        from urllib.parse import unquote

        if re.match(r"[a-z][a-z0-9+.-]*:|//|#", address, re.IGNORECASE):
            return ""
        try:
            path = (self.folder / unquote(address.split("#")[0].split("?")[0])).resolve()
            is_beside = path.is_relative_to(self.folder.parent) and path.is_file()
            kind = mimetypes.guess_type(path.name)[0] or ""
            if not is_beside or not kind.startswith("image/") or path.stat().st_size > MAX_PICTURE:
                return ""
            return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
        except (OSError, ValueError, RuntimeError):  # a name that no file can have, or a link to itself
            return ""

    def render_figures(self) -> str:
        """Return a card for each cited figure: its value, what it is of, and links back to the text."""
        if not self.cited:
            return ""
        items = []
        for reference in self.cited:
            datum = self.figures[reference]
            value = strip_links(write_link(datum, self.vocabulary.grammar)) if datum.value is not None else ""
            of = ", ".join(filter(None, [*datum.parts.values(), datum.words]))
            back = render_back_links(self.citations.places[reference], self.language)
            items.append(
                f'<li id="{escape(reference)}"><strong>{escape(value)}</strong> <p>{escape(of)}</p>{back}</li>'
            )
        caption = escape(self.language.say("Figures cited"))
        return (
            f'<details class="all" id="cited"><summary>{caption}</summary></details>'
            f'<ul class="cards" aria-label="{caption}">{"".join(items)}</ul>'
        )


def _find_title(notebook: nbformat.NotebookNode) -> str:
    """Return the first heading of a notebook, of the first level if there is one; "" if there is none."""
    headings = [
        (len(match[1]), match[2])
        for cell in notebook.cells
        if cell.cell_type == "markdown" and (match := re.match(r"(#{1,6})\s+(.*)", cell.source.lstrip()))
    ]
    return strip_emphasis(strip_links(min(headings, key=lambda heading: heading[0])[1])) if headings else ""


def _embed(kind: str, data: str | list[str]) -> str:
    """Return data of an attachment or output as an address."""
    text = data if isinstance(data, str) else "".join(data)
    if kind == "image/svg+xml" and "<svg" in text:
        text = base64.b64encode(text.encode()).decode()
    return f"data:{kind};base64,{re.sub(r'[^A-Za-z0-9+/=]', '', text)}"


def _picture(kind: str, data: str | list[str], output: nbformat.NotebookNode) -> str:
    """Return a picture of an output, with the words that it or its cell has for it."""
    metadata = output.get("metadata", {}).get(kind, {})
    text = output.data.get("text/plain", "")
    words = metadata.get("alt") or ("" if re.match(r"<|\w+\(", text) else text)
    width = metadata.get("width")
    size = f' width="{int(width)}"' if isinstance(width, int | float) else ""
    return f'<p><img src="{_embed(kind, data)}" alt="{escape(words)}"{size}></p>'


def _colour(text: str) -> str:
    """Return a text for terminals as HTML whose classes say the colours."""
    return sanitize_html(ansi2html(text))


def _strip_dollars(latex: str) -> str:
    """Return LaTeX without the signs around it."""
    return re.sub(r"^\s*(?:\$\$?|\\\[|\\displaystyle)+|(?:\$\$?|\\\])\s*$", "", latex).removeprefix("\\displaystyle")
