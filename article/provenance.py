"""Pictures of where the figures come from: the chain of pages, and who prints what.

As in `printed`, each takes a `Survey` and returns a `Chart`; none reads a file nor saves anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from contre_enquete import Chart, Frame, Survey, capitalise, find_contradictions, palette, uncapitalise, write_words
from contre_enquete.charts.axes import NAME_LINE, is_phone, item_axis, label, legend, paper_width, wrap
from contre_enquete.charts.plots import draw_matrix, set_texts

ROW = 0.34  # inches per page of the chain
CELL = 0.27  # inches per row of the matrix
INDENTS = 13  # of a phone's paper, for the last page of the chain
LINES: dict[str, Literal["-"] | tuple[float, Sequence[float]]] = {"read": "-", "inferred": (0, (4, 3))}
STATES = {"agrees": palette.PALE_BLUE, "differs": palette.PALE_VERMILION}
FATES = {"kept": palette.BLUE, "dropped": palette.GREY, "added": palette.VERMILION_TEXT, "reversed": palette.RED}
BACKGROUND = {"facecolor": "white", "linewidth": 0, "pad": 0.8}
ARTICLE = "S01"
SURVEY = ""  # the survey itself, before any page


def chain(survey: Survey) -> Chart:
    """Return the pages from Ipsos to the article, with dates; each link read or inferred.

    One arrow per row of the table of links, solid if the link was read on a page, dashed if inferred.
    """
    say, links = survey.language.say, survey.chain
    kinds = dict(zip(links["after"], survey.localise(links, "page"), strict=True))
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
        legend(axes, marks, bbox_to_anchor=(0, 1), borderpad=0.4, borderaxespad=0.3)
        item_axis(axes, when)

    table = pd.DataFrame(
        {
            say("Takes its figures from"): [pages[page] for page in links["before"]],
            say("Link"): [say(certainty) for certainty in links["certainty"]],
        },
        index=pd.Index([pages[page] for page in links["after"]], name=say("Page")),
    )
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
    inch = axes.get_position().width * paper_width(axes) / across
    for page, name in pages.items():
        weight, room = "bold" if page == ARTICLE else "normal", (across - 0.15 - depth[page]) * inch - 0.2
        text = "\n".join(wrap(name, room, weight=weight)) if is_phone(axes) else name
        spot = depth[page], rows[page]
        label(axes, text, spot, 9, size=10, weight=weight, linespacing=NAME_LINE, bbox=BACKGROUND)
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
    say, percent = survey.language.say, survey.language.percent

    def both(item: str) -> str:
        values = {segment: percent(survey.percent("tools", item, segment)) for segment in survey.article.compared}
        return say(
            "[{sme} in SMEs](#tools.{item}.sme), [{large} in large companies](#tools.{item}.large)", item=item, **values
        )

    rows = [
        (say("External networks"), both("external-social-networks"), say("SMEs hesitate less"), "added", say("“much more tempted”")),
        (say("The chart"), say("the chart itself"), say("“(see the chart below)”"), "dropped", say("the same words, and no chart")),
        (say("Cloud storage"), both("cloud-storage"), say("given to SMEs"), "reversed", say("given to large companies")),
        (say("Video conferencing"), both("video-conferencing"), say("better suited to large organizations, as intranets are"), "dropped", say("neither tool; their explanation now hangs on storage")),
        (say("The cloud"), "–", say("“typically” in the cloud"), "kept", say("“more specifically” in the cloud")),
        (say("Who answered"), say("information workers"), say("companies here, users there"), "kept", say("companies here, users there")),
        (say("How many companies"), "–", "–", "added", say("“Mostly”, at the head of paragraph 2")),
        (say("The conference"), "–", say("an s too many in its name; “this week”"), "kept", say("both, in paragraph 13, when it was over; in paragraph 1, the right name")),
    ]  # fmt: skip
    cells = [(first, second, f"{capitalise(say(fate))}{say(': ')}{text}") for _, first, second, fate, text in rows]
    subjects = pd.Index([subject for subject, *_ in rows], name=say("Subject"))
    texts = pd.DataFrame(cells, subjects, [survey.publisher(source) for source in ("S04", "S02", ARTICLE)])
    words = write_words(
        survey,
        title="From Microsoft’s chart to the article: what was kept, dropped, added and reversed",
        subtitle="What each page has on each subject, in figures or in a few words",
        note="Of the Journal du Net’s page we read the beginning only.",
        source="Source: the pages themselves, read in archived copies.",
        alternative="Table, a column for each page. {rows}.",
        rows="; ".join(
            f"{subject}{say(': ')}" + ", ".join(f"{page}, {cell}" for page, cell in row.items())
            for subject, row in texts.iterrows()
        ),
    )
    return set_texts("columns", words, texts, [FATES[fate] for *_, fate, _ in rows], survey.language)


def matrix(survey: Survey) -> Chart:
    """Return who prints what; figures by sources, agreement and contradiction.

    Every figure by employer size of an item that two sources print, one of them in percent, as each prints it. A cell
    differs when a contradiction found in the table has its source on the lesser side.
    """
    say, rows = survey.language.say, _shared_figures(survey)
    differing = rows[rows["state"] == "differs"]
    names = list(rows.sort_values("place", kind="stable")["name"].unique())
    disputed = differing.sort_values("place", kind="stable")["item_label"].unique()
    sources = [source for source in survey.sources["source"] if source in set(rows["source"])]
    cells = rows.assign(colour=rows["state"].map(STATES)).pivot(index="place", columns="source")
    texts, colours, references = (
        cells[column].reindex(columns=sources).fillna("").set_axis(names) for column in ("text", "colour", "reference")
    )
    words = write_words(
        survey,
        title="Who prints what: the copies disagree on {items}",
        subtitle="Figures by employer size that several sources print, in %, as each prints them",
        note="≠ at odds with other sources; ≈ printed in words; +: said to be more, without a number. {publishers}.",
        source="Source: the pages themselves, read in archived copies.",
        alternative="Matrix of figures by sources. At odds with other sources: {cells}.",
        items=survey.language.series(list(map(uncapitalise, disputed))),
        publishers=", ".join(f"{source}\u00a0{survey.publisher(source)}" for source in sources),
        cells="; ".join(f"{row.cited} ({survey.publisher(row.source)})" for row in differing.itertuples()),
    )

    def draw(axes: Axes) -> None:
        draw_matrix(axes, texts, colours, references)

    table = texts.replace("", "–").set_axis([survey.publisher(source) for source in sources], axis="columns")
    frame = Frame(names, CELL * len(names), head=0.3)
    return Chart("matrix", words, table.rename_axis(say("Figure")), frame, draw, survey.language, references=references)


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
    order = list(zip(survey.items["question"], survey.items["item"], strict=True))

    def describe(row: pd.Series) -> dict[str, object]:
        key = row["question"], row["item"], row["segment"]
        item, state = survey.item_label(*key[:2]), "differs" if (*key, row["source"]) in differing else "agrees"
        name = f"{item}, {survey.segment_label(row['segment'])}"
        place = order.index(key[:2]), survey.article.compared.index(row["segment"])
        mark = "≠ " if state == "differs" else "≈ " if row["words"] else ""
        known = {"name": name, "item_label": item, "state": state, "source": row["source"], "place": place}
        if pd.isna(row["percent"]):
            more = survey.language.say("more")
            return known | {"text": f"{mark}+", "reference": "", "cited": f"{name}, {more}"}
        reference = ".".join([*key, row["source"]])
        cited = f"[{name}, {survey.language.percent(row['percent'])}](#{reference})"
        return known | {
            "text": f"{mark}{survey.language.number(row['percent'])}",
            "reference": reference,
            "cited": cited,
        }

    return pd.DataFrame([describe(row) for _, row in rows.iterrows()])
