"""Pictures of what statistical offices found when they asked companies: by size, and since 2013.

As in `printed`, each takes a `Survey` and returns a `Chart`; none reads a file, saves anything or changes its input.
Nothing here stands on one scale with what employees answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any  # a row of a table: pandas ships no types

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from contre_enquete import Chart, Frame, Style, Survey, Words, capitalise, palette, write_words
from contre_enquete.charts.axes import dot, is_phone, item_axis, label, legend, percent_axis, text_width
from contre_enquete.charts.plots import style_legend
from contre_enquete.survey.official import (
    BASES,
    CERTAINTIES,
    Comparison,
    list_labels,
    list_middle_comparisons,
    list_near_comparisons,
)

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
KEYS = {  # in a key, after "companies"
    "small": "small",
    "total": "all asked",
    "medium": "medium-sized",
    "large": "large",
}
WHOLE = "EU28"  # the Union of the survey's year; another is not the same companies
SURE = {"rewrite": "repeated", "inferred": "computed"}  # in a row's name; nothing where it was read
SOURCE = "Source: statistical offices, and Cetic.br in Brazil; the classes of size are in the table."

# An invented example: companies with an account, companies, employees of each, and how many in each use networks.
SMALL_ONES = ((True, 3, 1), (True, 3, 1), *((False, 3, 1),) * 4)
LARGE_ONES = ((True, 9, 1), (True, 9, 1))


def two_counts(survey: Survey) -> Chart:
    """Return how most large companies can have an account while fewer of their employees use one; an invented example.

    A square is a company, framed if it has an account; a dot is an employee, filled if they use social networks.
    """
    say = survey.language.say
    names = [capitalise(list_labels(survey, "sizes")[size]) for size in ("small", "large")]
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
        keys = ["has an account", "has none", "uses networks", "uses none"]
        marks = [
            dot("s", palette.PAPER, palette.BLUE, 11, markeredgewidth=2.4),
            dot("s", palette.PAPER, palette.LINE_GREY, 11),
            dot("o", palette.VERMILION, palette.INK, 8),
            dot("o", palette.PAPER, palette.MIDDLE_GREY, 8),
        ]
        legend(axes, marks, list(map(say, keys)), borderaxespad=0.4)
        axes.set_yticks([1, 3.6], names)
        item_axis(axes)

    rows = [(len(group), *map(sum, zip(*group, strict=True))) for group in (SMALL_ONES, LARGE_ONES)]
    heads = [say("Companies"), say("With an account"), say("Employees"), say("Who use social networks")]
    table = pd.DataFrame(rows, pd.Index(names, name=say("Invented example")), heads)
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
    rows, sizes = list_near_comparisons(survey), ("small", "total", "medium", "large")
    words = write_words(
        survey,
        title="In [{number}](#count.official.ahead) of [{number} comparisons](#count.official.comparisons) found, large companies are ahead of small ones, or of all",
        subtitle="Companies that use social networks or social media, by number of people, in %",
        note="Percentages of companies, never to be read on one scale with percentages of employees. Filled mark: read on the office’s own page; hollow mark: repeated elsewhere, or computed. Where the figure for small companies is missing, that for all stands in. ≈ given in words. The order of the rows, by ratio, ranks no country.",
        source=SOURCE,
        alternative="Dot plot. {rows}.",
        rows=_write_rows(survey, rows, sizes),
    )
    return _dots(survey, "by-size", words, rows, sizes)


def medium_large(survey: Survey) -> Chart:
    """Return companies that use social networks or media, medium-sized against large: near the survey's groups."""
    rows, sizes = list_middle_comparisons(survey), ("medium", "large")
    words = write_words(
        survey,
        title="Against medium-sized companies too, the large ones are ahead [{number} times](#count.official.middle-behind) out of [{number}](#count.official.middle)",
        subtitle="Companies that use social networks or social media, medium-sized and large, in %",
        note="Filled mark: read on the office’s own page; hollow mark: repeated elsewhere. Some countries come twice, and the European Union includes some of them.",
        source=SOURCE,
        alternative="Dot plot. {rows}.",
        rows=_write_rows(survey, rows, sizes),
    )
    return _dots(survey, "medium-large", words, rows, sizes)


def since(survey: Survey) -> Chart:
    """Return companies of the European Union that use social networks, or any social media, year by year."""
    say, percent = survey.language.say, survey.language.percent
    rows = survey.official.query("place.str.startswith('EU') and size == 'total' and measure in @SERIES")
    rows = rows.drop_duplicates(["place", "year", "measure"]).sort_values(["measure", "year"], ascending=[False, True])
    points = list(rows.itertuples())
    places, measures = list_labels(survey, "places"), list_labels(survey, "measures")
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
            f"[{capitalise(measures[point.measure])}, {places[point.place]}, {point.year:g}{say(': ')}"
            f"{percent(point.percent)}](#official.{_reference(point)})"
            for point in points
        ),
    )

    def draw(axes: Axes) -> None:
        _draw_years(axes, survey, rows)
        style_legend(axes, {measures[measure]: style for measure, (style, _) in SERIES.items()})

    table = pd.DataFrame(
        {
            say("Year"): [f"{point.year:g}" for point in points],
            say("What was asked"): [measures[point.measure] for point in points],
            say("Percent of companies"): [_cell(survey, point) for point in points],
            say("Certainty"): [say(CERTAINTIES.get(point.certainty, point.certainty)) for point in points],
        },
        index=pd.Index([capitalise(places[point.place]) for point in points], name=say("Place")),
    )
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
            label(axes, text, (point.year, point.percent), right, 9 * side, ha=to, color=style.ink)
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


def _name(survey: Survey, comparison: Comparison) -> str:
    """Return the name of a comparison's row: place, year, what was asked, and how sure where it was not read."""
    place, measure = (
        list_labels(survey, table)[key]
        for table, key in (("places", comparison.place), ("measures", comparison.measure))
    )
    name = f"{capitalise(place)} {comparison.year}, {measure}"
    return name if comparison.certainty == "read" else f"{name} ({survey.language.say(SURE[comparison.certainty])})"


def _printed(survey: Survey, row: Any) -> str:
    return ("≈ " if row.words else "") + survey.language.percent(row.percent)


def _shown(comparison: Comparison, sizes: Sequence[str]) -> dict[str, Any]:
    """Return the sizes that a chart shows: all companies only in the place of the small ones."""
    rows = comparison.rows
    return {size: rows[size] for size in sizes if size in rows and (size != "total" or comparison.against == "total")}


def _write_rows(survey: Survey, rows: Sequence[Comparison], sizes: Sequence[str]) -> str:
    """Return each row of a chart as text, each percent in a link to its figure."""
    return ". ".join(
        f"{_name(survey, comparison)}{survey.language.say(': ')}"
        + ", ".join(
            f"[{survey.language.say(KEYS[size])} {_printed(survey, row)}](#official.{_reference(row)})"
            for size, row in _shown(comparison, sizes).items()
        )
        for comparison in rows
    )


def _dots(survey: Survey, name: str, words: Words, rows: Sequence[Comparison], sizes: Sequence[str]) -> Chart:
    """Return a chart of one row for each comparison, with a mark for each size."""
    say, percent = survey.language.say, survey.language.percent
    names, shown = [_name(survey, row) for row in rows], [_shown(row, sizes) for row in rows]

    def draw(axes: Axes) -> None:
        for y, figures in enumerate(shown):
            lowest, *middle, highest = sorted(figures, key=lambda size: figures[size].percent)
            axes.hlines(
                y, figures[lowest].percent, figures[highest].percent, color=palette.LINE_GREY, linewidth=2, zorder=1
            )
            for size, distance in [(lowest, (-7, 0)), *((size, (0, 6)) for size in middle), (highest, (7, 0))]:
                text, spot = _printed(survey, figures[size]), (figures[size].percent, y)
                label(axes, text, spot, *distance, color=STYLES[size].ink)
        used = [size for size in sizes if any(size in figures for figures in shown)]
        for size in used:
            style, spots = STYLES[size], [(figures[size], y) for y, figures in enumerate(shown) if size in figures]
            faces = [style.colour if row.certainty == "read" else palette.PAPER for row, _ in spots]
            axes.scatter(
                [row.percent for row, _ in spots], [y for _, y in spots], 49, facecolors=faces,
                edgecolors=style.colour, marker=style.marker, zorder=2,
            )  # fmt: skip
        style_legend(axes, {say(KEYS[size]): STYLES[size] for size in used})
        percent_axis(axes, survey.language)
        axes.grid(visible=False)
        item_axis(axes, names)
        axes.set_ylim(len(rows) - 0.5, -0.6)

    values = [(row.percent, _printed(survey, row)) for figures in shown for row in figures.values()]
    frame = Frame(
        names, ROW * len(rows), head=0.5, tail=text_width(f"≈ {percent(10)}"), values=[(100, percent(100)), *values]
    )
    columns = {
        capitalise(list_labels(survey, "sizes")[size]): [
            _cell(survey, figures[size]) if size in figures else "–" for figures in shown
        ]
        for size in sizes
    }
    columns[say("Base")] = [say(BASES[row.rows[row.largest].base]) for row in rows]
    columns[say("According to")] = [survey.publisher(row.source) for row in rows]
    table = pd.DataFrame(columns, index=pd.Index(names, name=say("Place and year")))
    return Chart(name, words, table, frame, draw, survey.language)


def _cell(survey: Survey, row: Any) -> str:
    """Return a percent with the class that it is of: "36 % (10-19 people)"."""
    if pd.isna(row.size_from):
        return _printed(survey, row)
    end = f"–{row.size_to:g}" if pd.notna(row.size_to) else "+"
    return f"{_printed(survey, row)} ({row.size_from:g}{end})"
