"""Pictures of where the figures come from: the chain of pages, and who prints what.

As in `printed`, each takes a `Survey` and returns a `Chart`; none reads a file nor saves anything.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from contre_enquete import (
    Chart,
    Frame,
    Survey,
    capitalize,
    fill_numbers,
    find_contradictions,
    make_table,
    palette,
    uncapitalize,
)  # fmt: skip
from contre_enquete.charts.axes import NAME_LINE, draw_label, draw_legend, is_phone, measure_paper, set_item_axis, wrap
from contre_enquete.charts.plots import set_matrix, set_texts
from contre_enquete.charts.words import join_rows, write_words

ROW = 0.34  # inches per page of the chain
INDENTS = 13  # of a phone's paper, for the last page of the chain
LINES: dict[str, Literal["-"] | tuple[float, Sequence[float]]] = {"read": "-", "inferred": (0, (4, 3))}
STATES = {"agrees": palette.PALE_BLUE, "differs": palette.PALE_VERMILION}
FATES = {"kept": palette.BLUE, "dropped": palette.GREY, "added": palette.VERMILION_TEXT, "reversed": palette.RED}
BACKGROUND = {"facecolor": "white", "linewidth": 0, "pad": 0.8}
ARTICLE = "S01"
NOTHING = "–"
COPIED = (  # by subject: Microsoft's chart, the page that the article condenses, and what became of it in the article
    ("External networks", "[{number} in SMEs](#tools.external-social-networks.sme), [{number} in large companies](#tools.external-social-networks.large)", "SMEs hesitate less", "added", "“much more tempted”"),
    ("The chart", "the chart itself", "“(see the chart below)”", "dropped", "the same words, and no chart"),
    ("Online storage", "[{number} in SMEs](#tools.cloud-storage.sme), [{number} in large companies](#tools.cloud-storage.large)", "given to SMEs", "reversed", "given to large companies"),
    ("Video conferencing", "[{number} in SMEs](#tools.video-conferencing.sme), [{number} in large companies](#tools.video-conferencing.large)", "better suited to large organizations, as intranets are", "dropped", "neither tool; their explanation now hangs on storage"),
    ("The cloud", NOTHING, "“typically” in the cloud", "kept", "“more specifically” in the cloud"),
    ("Who answered", "information workers", "companies here, users there", "kept", "companies here, users there"),
    ("How many companies", NOTHING, NOTHING, "added", "“Mostly”, at the head of paragraph 2"),
    ("The conference", NOTHING, "an s too many in its name; “this week”", "kept", "both, in paragraph 13, when it was over; in paragraph 1, the right name"),
)  # fmt: skip
SURVEY = ""  # the survey itself, before any page


def chain(survey: Survey) -> Chart:
    """Return the pages from Ipsos to the article, with dates; each link read or inferred.

    One arrow per row of the table of links, solid if the link was read on a page, dashed if inferred.
    """
    say, links = survey.language.say, survey.chain
    kinds = dict(zip(links["after"], survey.localize(links, "page"), strict=True))
    pages = {SURVEY: say("Ipsos, online survey")} | {
        page: ", ".join(filter(None, [survey.publisher(page), kinds[page]])) for page in _tree(survey, SURVEY)[1:]
    }
    when = [survey.published(page) if page else survey.language.date(survey.date_of("fieldwork-end")) for page in pages]
    words = write_words(
        survey,
        title="From Ipsos to the article: [{number} links](#count.links.read) of the chain are read on the pages, [{number}](#count.links.inferred) inferred",
        subtitle="Pages that carry the survey’s figures, and the page that each takes them from",
        note="We believe that the Italian pages come from one release of July 10, which we did not read.",
        source="Source: the pages themselves, read in archived copies.",
        alternative="Diagram of pages joined by arrows. {links}.",
        links="; ".join(f"{pages[k.before]} → {pages[k.after]} ({say(k.certainty)})" for k in links.itertuples()),
    )

    def draw(axes: Axes) -> None:
        _draw_chain(axes, links, pages)
        styles = {say("link read"): LINES["read"], say("link inferred"): LINES["inferred"]}
        marks = {name: Line2D([], [], color=palette.GREY, linestyle=style) for name, style in styles.items()}
        draw_legend(axes, marks, bbox_to_anchor=(0, 1), borderpad=0.4, borderaxespad=0.3)
        set_item_axis(axes, when)

    columns = {"Takes its figures from": links["before"].map(pages), "Link": links["certainty"].map(say)}
    table = make_table(survey.language, "Page", links["after"].map(pages), columns)
    return Chart("chain", words, table, Frame(when, ROW * len(pages), head=0.36), draw, survey.language)


def _draw_chain(axes: Axes, links: pd.DataFrame, pages: Mapping[str, str]) -> None:
    """Draw pages from top to bottom, each one indent to the right of the page that it follows, with the links."""
    depth = {SURVEY: 0}
    for link in links.itertuples():
        depth[link.after] = depth[link.before] + 1
    rows = {page: row for row, page in enumerate(pages)}
    for link in links.itertuples():
        left, right, top, row = depth[link.before], depth[link.after], rows[link.before], rows[link.after]
        look: dict[str, Any] = {"color": palette.GREY, "zorder": 1}
        axes.plot([left, left, right - 0.08], [top, row, row], linestyle=LINES[link.certainty], linewidth=1.4, **look)
        axes.plot([right - 0.09], [row], marker=">", markersize=6, linestyle="", **look)
    marks = pd.DataFrame({"depth": [depth[page] for page in pages], "row": range(len(pages))})
    sns.scatterplot(marks, x="depth", y="row", color=palette.INK, s=44, zorder=3, legend=False, ax=axes)
    across = max(depth.values()) + (INDENTS if is_phone(axes) else 1.5) + 0.15  # of the axes, in indents
    inch = axes.get_position().width * measure_paper(axes) / across
    for page, name in pages.items():
        weight, room = "bold" if page == ARTICLE else "normal", (across - 0.15 - depth[page]) * inch - 0.2
        text = "\n".join(wrap(name, room, weight=weight)) if is_phone(axes) else name
        spot = depth[page], rows[page]
        draw_label(axes, text, spot, 9, size=10, weight=weight, linespacing=NAME_LINE, bbox=BACKGROUND)
    axes.set(xlabel="", ylabel="", xticks=[], xlim=(-0.15, across - 0.15))
    axes.grid(visible=False)


def _tree(survey: Survey, page: str) -> list[str]:
    """Return a page and all that follow from it: each below the one it follows, the article's branch last."""
    links, dates = survey.chain, survey.sources.set_index("source")["date"]
    branches = [_tree(survey, after) for after in links[links["before"] == page]["after"]]
    branches.sort(key=lambda branch: (ARTICLE in branch, dates[branch[0]]))
    return [page, *(below for branch in branches for below in branch)]


def columns(survey: Survey) -> Chart:
    """Return the last copy side by side: Microsoft's chart, the page that the article condenses, and the article.

    The figures from the survey's table; of the two texts, a few words each, read on the pages.
    """
    say = survey.language.say
    rows = [[text if text == NOTHING else fill_numbers(survey, text) for text in row] for row in COPIED]
    fates = [fate for *_, fate, _ in COPIED]
    cells = [(*pages, f"{capitalize(fate)}{say(': ')}{text}") for _, *pages, fate, text in rows]
    subjects = pd.Index([subject for subject, *_ in rows], name=say("Subject"))
    texts = pd.DataFrame(cells, subjects, [survey.publisher(source) for source in ("S04", "S02", ARTICLE)])
    described = (
        (subject, ", ".join(f"{page}, {text}" for page, text in row.items())) for subject, row in texts.iterrows()
    )
    words = write_words(
        survey,
        title="From Microsoft’s chart to the article: what was kept, dropped, added and reversed",
        subtitle="What each page has on each subject, in figures or in a few words",
        note="Of the Journal du Net’s page we read the beginning only.",
        source="Source: the pages themselves, read in archived copies.",
        alternative="Table, a column for each page. {rows}.",
        rows=join_rows(survey.language, described),
    )
    return set_texts("columns", words, texts, [FATES[fate] for fate in fates], survey.language)


def matrix(survey: Survey) -> Chart:
    """Return who prints what; figures by sources, agreement and contradiction.

    Every figure by employer size of an item that two sources print, one of them in percent, as each prints it. A cell
    differs when a contradiction found in the table has its source on the lesser side.
    """
    rows = _shared_figures(survey)
    differing, ordered = rows[rows["state"] == "differs"], rows.sort_values("place", kind="stable")
    publishers = {s: survey.publisher(s) for s in survey.sources["source"] if s in set(rows["source"])}
    words = write_words(
        survey,
        title="Who prints what: the copies disagree on {items}",
        subtitle="Figures by employer size that several sources print, in %, as each prints them",
        note="≠ at odds with other sources; ≈ printed in words; +: said to be more, without a number. {publishers}.",
        source="Source: the pages themselves, read in archived copies.",
        alternative="Matrix of figures by sources. At odds with other sources: {cells}.",
        items=survey.language.series(list(map(uncapitalize, ordered["item"][ordered["state"] == "differs"].unique()))),
        publishers=", ".join(f"{source}\u00a0{publisher}" for source, publisher in publishers.items()),
        cells="; ".join(f"{row.cited} ({publishers[row.source]})" for row in differing.itertuples()),
    )
    cells = ordered.rename(columns={"name": "row", "source": "column"}).assign(colour=ordered["state"].map(STATES))
    return set_matrix("matrix", words, cells, publishers, "Figure", survey.language)


def _shared_figures(survey: Survey) -> pd.DataFrame:
    """Return the figures of the matrix, with the texts of their cells, and the place of their rows."""
    rows = survey.figures[survey.figures["segment"].isin(survey.article.compared)]
    items = rows.groupby(["question", "item"])
    rows = rows[(items["source"].transform("nunique") > 1) & (items["percent"].transform("count") > 0)]
    differing = {
        (found.question, found.item, segment, source)
        for found in find_contradictions(survey)
        for source in found.sources
        for segment in ([found.segment] if found.segment else survey.article.compared)
    }
    order, cells = list(zip(survey.items["question"], survey.items["item"], strict=True)), []
    for row in rows.itertuples():
        item = survey.item_label(row.question, row.item)
        name = f"{item}, {survey.segment_label(row.segment)}"
        place = order.index((row.question, row.item)), survey.article.compared.index(row.segment)
        differs = (row.question, row.item, row.segment, row.source) in differing
        mark = "≠ " if differs else "≈ " if row.words else ""
        text, reference, cited = "+", "", f"{name}, {survey.language.say('more')}"
        if pd.notna(row.percent):
            text, reference = (
                survey.language.number(row.percent),
                f"{row.question}.{row.item}.{row.segment}.{row.source}",
            )
            cited = f"[{name}, {survey.language.percent(row.percent)}](#{reference})"
        cells.append((place, name, item, row.source, "differs" if differs else "agrees", mark + text, reference, cited))
    return pd.DataFrame(cells, columns=["place", "name", "item", "source", "state", "text", "reference", "cited"])
