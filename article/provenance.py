"""Pictures of where the figures come from: the chain of pages, and who prints what.

As in `charts`, each takes a `Survey` and returns a `Chart`; neither reads a file nor saves anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from contre_enquete import (
    MARGIN,
    NAME_LINE,
    PHONE,
    WIDTH,
    Chart,
    Frame,
    Survey,
    Words,
    capitalise,
    draw_matrix,
    find_contradictions,
    item_axis,
    legend,
    palette,
    paper_width,
    strip_links,
    uncapitalise,
    wrap,
)

ROW = 0.34  # inches per page of the chain
CELL = 0.27  # inches per row of the matrix
INDENTS = 13  # of a phone's paper, for the last page of the chain
LINES: dict[str, Literal["-"] | tuple[float, Sequence[float]]] = {"read": "-", "inferred": (0, (4, 3))}
STATES = {"agrees": palette.PALE_BLUE, "differs": palette.PALE_VERMILION}
FATES = {"kept": palette.BLUE, "dropped": palette.GREY, "added": palette.VERMILION_TEXT, "reversed": palette.RED}
LINE_OF_CELL = 0.165  # inches
ARTICLE = "S01"
SURVEY = ""  # the survey itself, before any page


def chain(survey: Survey) -> Chart:
    """The pages from Ipsos to the article, with dates; each link read or inferred.

    One arrow per row of the table of links, solid if the link was read on a page, dashed if inferred.
    """
    # Over 60 lines: a drawing of its own: words, arrows and table of one chain.
    say = survey.language.say
    links = survey.chain
    depth = {SURVEY: 0}
    for link in links.itertuples():
        depth[link.after] = depth[link.before] + 1
    pages = _tree(survey, SURVEY)
    kinds = dict(zip(links["after"], survey.localised(links, "page"), strict=True))
    names = {page: ", ".join(filter(None, [survey.publisher(page), kinds[page]])) for page in pages if page}
    names[SURVEY] = say("Ipsos, online survey")
    when = [survey.published(page) if page else survey.language.date(survey.date_of("fieldwork-end")) for page in pages]
    count = {certainty: int((links["certainty"] == certainty).sum()) for certainty in LINES}
    words = Words(
        title=say(
            "From Ipsos to the article: [{read} links](#count.links.read) of the chain are read on the pages, [{inferred}](#count.links.inferred) inferred",
            **{certainty: survey.language.number(number) for certainty, number in count.items()},
        ),
        subtitle=say("Pages that carry the survey’s figures, and the page that each takes them from"),
        note=say("We believe that the Italian pages come from one release of July 10, which we did not read."),
        source=say("Source: the pages themselves, read in archived copies."),
        alternative=say(
            "Diagram of pages joined by arrows. {links}.",
            links="; ".join(f"{names[k.before]} → {names[k.after]} ({say(k.certainty)})" for k in links.itertuples()),
        ),
    )

    def draw(axes: Axes) -> None:
        for link in links.itertuples():
            (x0, y0), (x1, y1) = ((depth[page], pages.index(page)) for page in (link.before, link.after))
            axes.plot(
                [x0, x0, x1 - 0.08],
                [y0, y1, y1],
                color=palette.GREY,
                linestyle=LINES[link.certainty],
                linewidth=1.4,
                zorder=1,
            )
            axes.plot([x1 - 0.09], [y1], color=palette.GREY, marker=">", markersize=6, linestyle="", zorder=1)
        marks = pd.DataFrame({"depth": [depth[page] for page in pages], "row": range(len(pages))})
        sns.scatterplot(marks, x="depth", y="row", color=palette.INK, s=44, zorder=3, legend=False, ax=axes)
        phone = paper_width(axes) < WIDTH
        across = max(depth.values()) + (INDENTS if phone else 1.5) + 0.15  # of the axes, in indents
        inch = axes.get_position().width * paper_width(axes) / across
        for row, page in enumerate(pages):
            room = (across - 0.15 - depth[page]) * inch - 0.2
            weight = "bold" if page == ARTICLE else "normal"
            axes.annotate(
                "\n".join(wrap(names[page], room, weight=weight)) if phone else names[page],
                (depth[page], row),
                (9, 0),
                textcoords="offset points",
                va="center",
                weight=weight,
                linespacing=NAME_LINE,
                bbox={"facecolor": "white", "linewidth": 0, "pad": 0.8},
            )
        key = [Line2D([], [], color=palette.GREY, linestyle=style) for style in LINES.values()]
        texts = [say("link read"), say("link inferred")]
        legend(axes, key, texts, bbox_to_anchor=(0, 1), borderpad=0.4, borderaxespad=0.3)
        axes.set(xlabel="", ylabel="", xticks=[], xlim=(-0.15, across - 0.15), ylim=(len(pages) - 0.5, -0.5))
        axes.set_yticks(range(len(pages)), when)
        axes.grid(visible=False)
        item_axis(axes)

    frame = Frame(when, ROW * len(pages), head=0.36)
    table = pd.DataFrame(
        {
            say("Takes its figures from"): [names[page] for page in links["before"]],
            say("Link"): [say(certainty) for certainty in links["certainty"]],
        },
        index=pd.Index([names[page] for page in links["after"]], name=say("Page")),
    )
    return Chart("chain", words, table, frame, draw, survey.language)


def _tree(survey: Survey, page: str) -> list[str]:
    """A page and all that follow from it: each below the one it follows, the article's branch last."""
    links, dates = survey.chain, survey.sources.set_index("source")["date"]
    branches = [_tree(survey, after) for after in links[links["before"] == page]["after"]]
    branches.sort(key=lambda branch: (ARTICLE in branch, dates[branch[0]]))
    return [page, *(below for branch in branches for below in branch)]


def columns(survey: Survey) -> Chart:
    """The last copy side by side: Microsoft's table, the page that the article condenses, and what the article made of it.

    The figures from the survey's table; of the two texts, a few words each, read on the pages.
    """
    # Over 60 lines: a table of texts that no other chart has.
    say, percent = survey.language.say, survey.language.percent

    def both(item: str) -> str:
        values = {segment: percent(survey.percent("tools", item, segment)) for segment in survey.article.compared}
        return say(
            "[{sme} in SMEs](#tools.{item}.sme), [{large} in large companies](#tools.{item}.large)", item=item, **values
        )

    rows = [
        (say("External networks"), both("external-social-networks"), say("SMEs hesitate less"), "added", say("“much more tempted”")),
        (say("The chart"), say("the table itself"), say("“(see the chart below)”"), "dropped", say("the same words, and no chart")),
        (say("Cloud storage"), both("cloud-storage"), say("given to SMEs"), "reversed", say("given to large companies")),
        (say("Video conferencing"), both("video-conferencing"), say("better suited to large organizations, as intranets are"), "dropped", say("neither tool; their explanation now hangs on storage")),
        (say("How many companies"), "–", "–", "added", say("“Mostly”, at the head of paragraph 2")),
        (say("The conference"), "–", say("an s too many in its name"), "kept", say("the same s too many, in paragraph 13")),
    ]  # fmt: skip
    heads = [survey.publisher("S04"), survey.publisher("S02"), survey.publisher(ARTICLE)]
    cells = [
        [told, between, f"{capitalise(say(fate))}{say(': ')}{article}"] for _, told, between, fate, article in rows
    ]
    colours = [FATES[fate] for *_, fate, _ in rows]
    words = Words(
        title=say("From Microsoft’s table to the article: what was kept, dropped, added and reversed"),
        subtitle=say("What each page has on each subject, in figures or in a few words"),
        note="",
        source=say("Source: the pages themselves, read in archived copies."),
        alternative=say(
            "Table, a column for each page. {rows}.",
            rows="; ".join(
                f"{row[0]}{say(': ')}" + ", ".join(f"{head}, {cell}" for head, cell in zip(heads, texts, strict=True))
                for row, texts in zip(rows, cells, strict=True)
            ),
        ),
    )
    shown = [[strip_links(text) for text in texts] for texts in cells]

    def depths(paper: float) -> list[float]:
        room = (paper - 3 * MARGIN) / len(heads) - 0.12
        return [0.3 + LINE_OF_CELL * max(len(wrap(text, room, 8.5, "bold")) for text in texts) for texts in shown]

    def draw(axes: Axes) -> None:
        paper = paper_width(axes)
        axes.set_position((MARGIN / paper, axes.get_position().y0, 1 - 2 * MARGIN / paper, axes.get_position().height))
        inches = depths(paper)
        room = (paper - 3 * MARGIN) / len(heads)
        axes.set(xlim=(0, paper - 2 * MARGIN), ylim=(sum(inches) + 0.3, 0), xticks=[], yticks=[])
        axes.grid(visible=False)
        for column, head in enumerate(heads):
            axes.text(column * room, 0.15, head, weight="bold", va="center", size=9.5)
        top = 0.3
        for row, texts, depth, colour in zip(rows, shown, inches, colours, strict=True):
            axes.hlines(top, 0, paper - 2 * MARGIN, color=palette.GRID_GREY, linewidth=1)
            axes.text(0, top + 0.13, row[0], color=palette.GREY, va="center", size=8.5)
            for column, text in enumerate(texts):
                last = column == len(texts) - 1
                lines = "\n".join(wrap(text, room - 0.12, 8.5, "bold"))
                weight, ink = ("bold", colour) if last else ("normal", palette.INK)
                axes.text(
                    column * room,
                    top + 0.26,
                    lines,
                    va="top",
                    size=8.5,
                    weight=weight,
                    color=ink,
                    linespacing=NAME_LINE,
                )
            top += depth

    frame = Frame([""], sum(depths(WIDTH)) + 0.3, on_phone=sum(depths(PHONE)) + 0.3)
    table = pd.DataFrame(shown, columns=heads, index=pd.Index([row[0] for row in rows], name=say("Subject")))
    return Chart("columns", words, table, frame, draw, survey.language)


def matrix(survey: Survey) -> Chart:
    """Who prints what; figures by sources, agreement and contradiction.

    Every figure by employer size of an item that two sources tell of, one of them in percent, as each prints it. A cell differs
    when a contradiction found in the table has its source on the lesser side.
    """
    # Over 60 lines: finds, judges and words each cell in one pass.
    say = survey.language.say
    rows = survey.figures[survey.figures["segment"].isin(survey.article.compared)]
    items = rows.groupby(["question", "item"])
    rows = rows[(items["source"].transform("nunique") > 1) & (items["percent"].transform("count") > 0)]
    items = list(zip(survey.items["question"], survey.items["item"], strict=True))
    keys = [(*item, segment) for item in items for segment in survey.article.compared]
    keys = [key for key in keys if (rows[["question", "item", "segment"]] == list(key)).all(axis=1).any()]
    sources = [source for source in survey.sources["source"] if source in set(rows["source"])]
    names = [
        f"{survey.item_label(question, item)}, {survey.segment_label(segment)}" for question, item, segment in keys
    ]
    differing = {
        (found.question, found.item, segment, source)
        for found in find_contradictions(survey)
        for source in found.sources
        for segment in ([found.segment] if found.segment else survey.article.compared)
    }
    disputed = [survey.item_label(*item) for item in items if any(key[:2] == item for key in differing & _cells(rows))]
    texts, colours, references = (pd.DataFrame("", index=names, columns=sources) for _ in range(3))
    contradicted = []
    for row in rows.itertuples():
        key = (row.question, row.item, row.segment)
        cell = keys.index(key), sources.index(row.source)
        state = "differs" if (*key, row.source) in differing else "agrees"
        number = "+" if pd.isna(row.percent) else survey.language.number(row.percent)
        texts.iat[cell] = ("≠ " if state == "differs" else "≈ " if row.words else "") + number
        colours.iat[cell] = STATES[state]
        references.iat[cell] = "" if pd.isna(row.percent) else f"{'.'.join(key)}.{row.source}"
        if state == "differs":
            value = say("more") if pd.isna(row.percent) else survey.language.percent(row.percent)
            figure = f"{names[cell[0]]}, {value}"
            cited = figure if pd.isna(row.percent) else f"[{figure}](#{references.iat[cell]})"
            contradicted.append(f"{cited} ({survey.publisher(row.source)})")
    publishers = ", ".join(f"{source}\u00a0{survey.publisher(source)}" for source in sources)
    words = Words(
        title=say(
            "Who prints what: the copies disagree on {items}",
            items=survey.language.series([uncapitalise(label) for label in disputed]),
        ),
        subtitle=say("Figures by employer size that several sources print, in %, as each prints them"),
        note=say(
            "≠ at odds with other sources; ≈ printed in words; +: said to be more, without a number. {publishers}.",
            publishers=publishers,
        ),
        source=say("Source: the pages themselves, read in archived copies."),
        alternative=say(
            "Matrix of figures by sources. At odds with other sources: {cells}.", cells="; ".join(contradicted)
        ),
    )

    def draw(axes: Axes) -> None:
        draw_matrix(axes, texts, colours, references)

    table = texts.replace("", "–").set_axis([survey.publisher(source) for source in sources], axis="columns")
    table = table.rename_axis(say("Figure"))
    frame = Frame(names, CELL * len(keys), head=0.3)
    return Chart("matrix", words, table, frame, draw, survey.language, references=references)


def _cells(rows: pd.DataFrame) -> set[tuple[str, str, str, str]]:
    return set(zip(rows["question"], rows["item"], rows["segment"], rows["source"], strict=True))
