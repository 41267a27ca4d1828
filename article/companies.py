"""Pictures of what statistical offices found when they asked companies: by size, and since 2013.

As in `printed`, each takes a `Survey` and returns a `Chart`; none reads a file, saves anything or changes its input.
Nothing here stands on one scale with what employees answered.
"""

from collections.abc import Sequence
from typing import Any  # a row of a table: pandas ships no types

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from contre_enquete import Chart, Frame, Style, Survey, capitalize, make_table, official, palette
from contre_enquete.charts.axes import (
    draw_label,
    draw_legend,
    is_phone,
    make_dot,
    measure_text,
    set_item_axis,
    set_percent_axis,
)
from contre_enquete.charts.plots import draw_style_legend
from contre_enquete.charts.words import join_rows, write_words

ROW = 0.42  # inches per comparison: its middle value stands above its mark
STYLES = {
    "small": Style(palette.VERMILION, palette.VERMILION_TEXT),
    "medium": Style(palette.MIDDLE_GREY, palette.GREY, "D"),
    "large": Style(palette.BLUE, palette.BLUE, "s"),
    "total": Style(palette.VERMILION, palette.VERMILION_TEXT, "^"),
}
SERIES = {  # by what was asked: the style of its dots, and on which side of them their labels stand
    "social-networks": (STYLES["large"], -1),
    "social-media": (STYLES["small"], 1),
}
KEYS = {"small": "small", "total": "all asked", "medium": "medium-sized", "large": "large"}  # after "companies"
WHOLE = "EU28"  # the Union of the survey's year; another is not the same companies
SURE = {"rewrite": "repeated", "inferred": "computed"}  # in a row's name; nothing where it was read

# An invented example: companies with an account, companies, employees of each, and how many in each use networks.
SMALL_ONES = ((True, 3, 1), (True, 3, 1), *((False, 3, 1),) * 4)
LARGE_ONES = ((True, 9, 1), (True, 9, 1))


def two_counts(survey: Survey) -> Chart:
    """Return how most large companies can have an account while fewer of their employees use one; an invented example.

    A square is a company, framed if it has an account; a dot is an employee, filled if they use social networks.
    """
    say, sizes = survey.language.say, official.list_labels(survey, "sizes")
    names = [capitalize(sizes["small"]), capitalize(sizes["large"])]
    words = write_words(
        survey,
        title="Counting companies and counting employees can give opposite answers, and both be true",
        subtitle="An invented example: squares are companies, dots are their employees",
        note="Schematic: a dot stands for several employees, who may use a network without their company having an account. Here each large company has one, and few small ones do; yet of the employees, a larger share use networks in the small ones.",
        source="Drawing of ours: it shows no survey.",
        alternative="Drawing of an invented example. Above, small companies with a few employees each: few have an account, and in each somebody uses social networks. Below, large companies with many employees: each has an account, and few of their employees use social networks.",
    )

    def draw(axes: Axes) -> None:
        _draw_companies(axes)
        marks = {
            say("has an account"): make_dot("s", palette.PAPER, palette.BLUE, 11, markeredgewidth=2.4),
            say("has none"): make_dot("s", palette.PAPER, palette.LINE_GREY, 11),
            say("uses networks"): make_dot("o", palette.VERMILION, palette.INK, 8),
            say("uses none"): make_dot("o", palette.PAPER, palette.MIDDLE_GREY, 8),
        }
        draw_legend(axes, marks, borderaxespad=0.4)
        axes.set_yticks([1, 3.6], names)
        set_item_axis(axes)

    counts = zip(
        *[(len(group), *map(sum, zip(*group, strict=True))) for group in (SMALL_ONES, LARGE_ONES)], strict=True
    )
    heads = ("Companies", "With an account", "Employees", "Who use social networks")
    table = make_table(survey.language, "Invented example", names, dict(zip(heads, counts, strict=True)))
    return Chart("two-counts", words, table, Frame(names, 2.3, head=0.5), draw, survey.language)


def _draw_companies(axes: Axes) -> None:
    """Draw the companies of the invented example as squares, and their employees as dots inside."""
    dots: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for top, companies in ((0.0, SMALL_ONES), (2.6, LARGE_ONES)):
        left = 0.0
        for account, people, users in companies:
            width = people // 3
            edge, line = (palette.BLUE, 2.4) if account else (palette.LINE_GREY, 1)
            axes.add_patch(Rectangle((left, top), width, 2, facecolor=palette.PAPER, edgecolor=edge, linewidth=line))
            for n in range(people):
                dots[n < users].append((left + n // 3 + 0.5, top + (n % 3 + 0.5) * 2 / 3))
            left += width + 0.25
    for uses, spots in dots.items():
        face, edge = (palette.VERMILION, palette.INK) if uses else (palette.PAPER, palette.MIDDLE_GREY)
        axes.scatter([x for x, _ in spots], [y for _, y in spots], 64, facecolors=face, edgecolors=edge, zorder=2)
    axes.set(xlim=(-0.2, 7.5), ylim=(4.8, -0.2), xticks=[])
    axes.grid(visible=False)


def by_size(survey: Survey) -> Chart:
    """Return companies that use social networks or media, small against large, by country, near the survey.

    One row for each comparison, by the ratio of large to the others; a filled mark was read on the office's own page.
    """
    return _dots(
        survey, "by-size", official.list_near_comparisons(survey), ("small", "total", "medium", "large"),
        title="In [{number}](#count.official.ahead) of [{number} comparisons](#count.official.comparisons) found, large companies are ahead of small ones, or of all",
        subtitle="Companies that use social networks or social media, by number of people, in %",
        note="Percentages of companies, never to be read on one scale with percentages of employees. Filled mark: read on the office’s own page; hollow mark: repeated elsewhere, or computed. Where the figure for small companies is missing, that for all stands in. ≈ given in words. The order of the rows, by ratio, ranks no country.",
    )  # fmt: skip


def medium_large(survey: Survey) -> Chart:
    """Return companies that use social networks or media, medium-sized against large: near the survey's groups."""
    return _dots(
        survey, "medium-large", official.list_middle_comparisons(survey), ("medium", "large"),
        title="Against medium-sized companies too, the large ones are ahead [{number} times](#count.official.middle-behind) out of [{number}](#count.official.middle)",
        subtitle="Companies that use social networks or social media, medium-sized and large, in %",
        note="Filled mark: read on the office’s own page; hollow mark: repeated elsewhere. Some countries come twice, and the European Union includes some of them.",
    )  # fmt: skip


def _dots(
    survey: Survey, name: str, comparisons: Sequence[official.Comparison], sizes: Sequence[str], **sentences: str
) -> Chart:
    """Return a chart of one row for each comparison, with a mark for each size."""
    say, percent = survey.language.say, survey.language.percent
    marks = _list_marks(survey, comparisons, sizes)
    rows = dict(list(marks.groupby("row", sort=False)))
    texts = ((row, ", ".join(marks["cited"])) for row, marks in rows.items())
    words = write_words(
        survey,
        source="Source: statistical offices, and Cetic.br in Brazil; the classes of size are in the table.",
        alternative="Dot plot. {rows}.",
        rows=join_rows(survey.language, texts, ". "),
        **sentences,
    )

    def draw(axes: Axes) -> None:
        for y, row in enumerate(rows.values()):
            axes.hlines(y, row["percent"].min(), row["percent"].max(), color=palette.LINE_GREY, linewidth=2, zorder=1)
            sides = [(-7, 0), *[(0, 6)] * (len(row) - 2), (7, 0)]
            for mark, side in zip(row.sort_values("percent", kind="stable").itertuples(), sides, strict=True):
                draw_label(axes, mark.text, (mark.percent, y), *side, color=STYLES[mark.size].ink)
        styles = {size: STYLES[size] for size in sizes if size in set(marks["size"])}
        for size, style in styles.items():
            shown = marks[marks["size"] == size]
            axes.scatter(
                shown["percent"], shown["y"], 49, edgecolors=style.colour, marker=style.marker, zorder=2,
                facecolors=[style.colour if read else palette.PAPER for read in shown["read"]],
            )  # fmt: skip
        draw_style_legend(axes, {say(KEYS[size]): style for size, style in styles.items()})
        set_percent_axis(axes, survey.language)
        axes.grid(visible=False)
        set_item_axis(axes, list(rows))
        axes.set_ylim(len(rows) - 0.5, -0.6)

    values = [(100, percent(100)), *zip(marks["percent"], marks["text"], strict=True)]
    frame = Frame(list(rows), ROW * len(rows), head=0.5, tail=measure_text(f"≈ {percent(10)}"), values=values)
    table = marks.pivot(index="row", columns="size", values="cell").reindex(index=list(rows), columns=sizes).fillna("–")
    table.columns = [capitalize(official.list_labels(survey, "sizes")[size]) for size in sizes]
    table[say("Base")] = [official.name_base(survey, shown.rows[shown.largest].base) for shown in comparisons]
    table[say("According to")] = [survey.publisher(shown.source) for shown in comparisons]
    return Chart(name, words, table.rename_axis(say("Place and year")), frame, draw, survey.language)


def _list_marks(survey: Survey, comparisons: Sequence[official.Comparison], sizes: Sequence[str]) -> pd.DataFrame:
    """Return a row for each mark: the row of the chart, the size, the percent and its texts; whether it was read.

    All companies have a mark only in the place of the small ones.
    """
    say, marks = survey.language.say, []
    places, measures = (official.list_labels(survey, table) for table in ("places", "measures"))
    for y, comparison in enumerate(comparisons):
        name = f"{capitalize(places[comparison.place])} {comparison.year}, {measures[comparison.measure]}"
        if comparison.certainty != "read":
            name += f" ({say(SURE[comparison.certainty])})"
        for size in sizes:
            row = comparison.rows.get(size)
            if row is None or (size == "total" and comparison.against != size):
                continue
            text = ("≈ " if row.words else "") + survey.language.percent(row.percent)
            cited = f"[{say(KEYS[size])} {text}](#official.{_reference(row)})"
            marks.append((y, name, size, row.percent, text, text + _class(row), cited, row.certainty == "read"))
    return pd.DataFrame(marks, columns=["y", "row", "size", "percent", "text", "cell", "cited", "read"])


def since(survey: Survey) -> Chart:
    """Return companies of the European Union that use social networks, or any social media, year by year."""
    say, percent = survey.language.say, survey.language.percent
    rows = survey.official.query("place.str.startswith('EU') and size == 'total' and measure in @SERIES")
    rows = rows.drop_duplicates(["place", "year", "measure"]).sort_values(["measure", "year"], ascending=[False, True])
    points = list(rows.itertuples())
    places, measures = official.list_labels(survey, "places"), official.list_labels(survey, "measures")
    first, *_, last = [point for point in points if point.measure == "social-networks"]
    words = write_words(
        survey,
        title="In the European Union, companies on social networks went from [{number} in {from_year}](#official.{before}) to [{number} in {to_year}](#official.{after})",
        subtitle="All companies asked, in %",
        note="Points are not joined, since the Union changes. * In 2014 without Belgium, Czechia and France, of which the last two were low in 2013; in 2015, 2021 and 2023 without the United Kingdom.",
        source="Source: Eurostat; Ireland’s CSO for 2014.",
        alternative="Dot plot by year. {rows}.",
        before=_reference(first),
        after=_reference(last),
        from_year=f"{first.year:g}",
        to_year=f"{last.year:g}",
        rows=". ".join(
            f"[{capitalize(measures[point.measure])}, {places[point.place]}, {point.year:g}{say(': ')}"
            f"{percent(point.percent)}](#official.{_reference(point)})"
            for point in points
        ),
    )

    def draw(axes: Axes) -> None:
        _draw_years(axes, survey, rows)
        draw_style_legend(axes, {measures[measure]: style for measure, (style, _) in SERIES.items()})

    columns = {
        "Year": [f"{point.year:g}" for point in points],
        "What was asked": [measures[point.measure] for point in points],
        "Percent of companies": [percent(point.percent) + _class(point) for point in points],
        "Certainty": [say(official.CERTAINTIES.get(point.certainty, point.certainty)) for point in points],
    }
    table = make_table(survey.language, "Place", [capitalize(places[point.place]) for point in points], columns)
    return Chart("since", words, table, Frame([percent(100)], 2.6, head=0.5), draw, survey.language)


def _draw_years(axes: Axes, survey: Survey, rows: pd.DataFrame) -> None:
    """Draw the percent of each year as a dot with its label."""
    number, percent = survey.language.number, survey.language.percent
    years = sorted({int(year) for year in rows["year"]})
    for measure, (style, side) in SERIES.items():
        points = rows[rows["measure"] == measure]
        axes.scatter(points["year"], points["percent"], 49, color=style.colour, marker=style.marker)
        for point in points.itertuples():
            followed, follows = point.year + 1 in years, point.year - 1 in years
            to = "left" if follows > followed or (followed and side < 0) else "right" if followed else "center"
            text = percent(point.percent) + "*" * (point.place != WHOLE)
            right = {"left": -6, "right": 6}.get(to, 0)  # so that two years in a row have room
            draw_label(axes, text, (point.year, point.percent), right, 9 * side, ha=to, color=style.ink)
    shown = [year for year in years if not is_phone(axes) or year - 1 not in years]
    axes.set(xlabel="", ylabel="", xlim=(years[0] - 0.7, years[-1] + 0.7), ylim=(0, 100))
    axes.set_xticks(shown, list(map(str, shown)))
    axes.set_yticks([0, 25, 50, 75, 100], [*map(number, (0, 25, 50, 75)), percent(100)])
    axes.tick_params(axis="y", length=0, labelsize=9, labelcolor=palette.GREY)
    axes.grid(axis="x", visible=False)
    axes.grid(axis="y")


def _reference(row: Any) -> str:
    """Return the end of the reference of a row of official.csv."""
    return f"{row.place}.{row.year:g}.{row.measure}.{row.size}.{row.source}"


def _class(row: Any) -> str:
    """Return the class of companies that a percent is of: " (10-19)", or "" where the page gives none."""
    if pd.isna(row.size_from):
        return ""
    return f" ({row.size_from:g}{f'–{row.size_to:g}' if pd.notna(row.size_to) else '+'})"
