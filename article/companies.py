"""Pictures of what statistical offices found when they asked companies: by size, and since 2013.

As in `printed`, each takes a `Survey` and returns a `Chart`; none reads a file, saves anything or changes its input.
Nothing here stands on one scale with what employees answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any  # a row of a table: pandas ships no types

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from contre_enquete import (
    BASES,
    CERTAINTIES,
    Chart,
    Comparison,
    Frame,
    Style,
    Survey,
    Words,
    capitalise,
    dot,
    fill_numbers,
    is_phone,
    item_axis,
    label,
    legend,
    list_labels,
    list_middle_comparisons,
    list_near_comparisons,
    palette,
    percent_axis,
    text_width,
)

ROW = 0.42  # inches per comparison: its middle value stands above its mark
STYLES = {
    "small": Style(palette.VERMILION, palette.VERMILION_TEXT),
    "medium": Style(palette.MIDDLE_GREY, palette.GREY, "D"),
    "large": Style(palette.BLUE, palette.BLUE, "s"),
    "total": Style(palette.VERMILION, palette.VERMILION_TEXT, "^"),
}
LEGEND: dict[str, Any] = {"handletextpad": 0.3, "borderaxespad": 0.8, "prop": {"weight": "bold"}}
KEYS = {
    "small": "small",
    "total": "all asked",
    "medium": "medium-sized",
    "large": "large",
}  # in a key, after "companies"
WHOLE = "EU28"  # the Union of the survey's year; another is not the same companies
SURE = {"rewrite": "repeated", "inferred": "computed"}  # in a row's name; nothing where it was read

# An invented example: companies with an account, companies, employees of each, and how many in each use networks.
SMALL_ONES = ((True, 3, 1), (True, 3, 1), *((False, 3, 1),) * 4)
LARGE_ONES = ((True, 9, 1), (True, 9, 1))


def two_counts(survey: Survey) -> Chart:
    """How most large companies can have an account while fewer of their employees use one; an invented example.

    A square is a company, framed if it has an account; a dot is an employee, filled if they use social networks.
    """
    # Over 60 lines: a drawing of its own: words, boxes and table of one invented example.
    say = survey.language.say
    groups = {"small": SMALL_ONES, "large": LARGE_ONES}
    names = {group: capitalise(list_labels(survey, "sizes")[group]) for group in groups}
    words = Words(
        title=say("Counting companies and counting employees can give opposite answers, and both be true"),
        subtitle=say("An invented example: squares are companies, dots are their employees"),
        note=say(
            "Schematic: a dot stands for several employees, who may use a network without their company having an account. "
            "Here each large company has one, and few small ones do; yet of the employees, a larger share use networks in "
            "the small ones."
        ),
        source=say("Drawing of ours: it shows no survey."),
        alternative=say(
            "Drawing of an invented example. Above, small companies with a few employees each: few have an account, and "
            "in each somebody uses social networks. Below, large companies with many employees: each has an account, and "
            "few of their employees use social networks."
        ),
    )

    def draw(axes: Axes) -> None:
        dots: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
        for top, companies in zip((0.0, 2.6), groups.values(), strict=True):
            left = 0.0
            for account, people, users in companies:
                width = people // 3
                edge, line = (palette.BLUE, 2.4) if account else (palette.LINE_GREY, 1)
                axes.add_patch(
                    Rectangle((left, top), width, 2, facecolor=palette.PAPER, edgecolor=edge, linewidth=line)
                )
                for n in range(people):
                    dots[n < users].append((left + n // 3 + 0.5, top + (n % 3 + 0.5) * 2 / 3))
                left += width + 0.25
        for uses, spots in dots.items():
            face, edge = (palette.VERMILION, palette.INK) if uses else (palette.PAPER, palette.MIDDLE_GREY)
            axes.scatter([x for x, _ in spots], [y for _, y in spots], 64, facecolors=face, edgecolors=edge, zorder=2)
        marks = [
            dot("s", palette.PAPER, palette.BLUE, 11, markeredgewidth=2.4),
            dot("s", palette.PAPER, palette.LINE_GREY, 11),
            dot("o", palette.VERMILION, palette.INK, 8),
            dot("o", palette.PAPER, palette.MIDDLE_GREY, 8),
        ]
        keys = ["has an account", "has none", "uses networks", "uses none"]
        legend(axes, marks, list(map(say, keys)), borderaxespad=0.4)
        axes.set(xlim=(-0.2, 7.5), ylim=(4.8, -0.2), xticks=[])
        axes.set_yticks([1, 3.6], list(names.values()))
        axes.grid(visible=False)
        item_axis(axes)

    table = pd.DataFrame(
        {
            say("Companies"): [len(companies) for companies in groups.values()],
            say("With an account"): [sum(company[0] for company in companies) for companies in groups.values()],
            say("Employees"): [sum(company[1] for company in companies) for companies in groups.values()],
            say("Who use social networks"): [sum(company[2] for company in companies) for companies in groups.values()],
        },
        index=pd.Index(names.values(), name=say("Invented example")),
    )
    return Chart("two-counts", words, table, Frame(list(names.values()), 2.3, head=0.5), draw, survey.language)


def by_size(survey: Survey) -> Chart:
    """Companies that use social networks or media, small against large, by country, near the survey.

    One row for each comparison, by the ratio of large to the others; a filled mark was read on the office's own page.
    """
    say = survey.language.say
    rows = list_near_comparisons(survey)
    title = fill_numbers(
        survey,
        "In [{number}](#count.official.ahead) of [{number} comparisons](#count.official.comparisons) found, large companies are ahead of small ones, or of all",
    )
    subtitle = say("Companies that use social networks or social media, by number of people, in %")
    note = say(
        "Percentages of companies, never to be read on one scale with percentages of employees. Filled mark: read on the "
        "office’s own page; hollow mark: repeated elsewhere, or computed. Where the figure for small companies is "
        "missing, that for all stands in. ≈ given in words. The order of the rows, by ratio, ranks no country."
    )
    return _dots(survey, "by-size", (title, subtitle, note), rows, ("small", "total", "medium", "large"))


def medium_large(survey: Survey) -> Chart:
    """Companies that use social networks or media, medium-sized against large: the classes nearest to the survey's groups."""
    say = survey.language.say
    rows = list_middle_comparisons(survey)
    title = fill_numbers(
        survey,
        "Against medium-sized companies too, the large ones are ahead [{number} times](#count.official.middle-behind) out of [{number}](#count.official.middle)",
    )
    subtitle = say("Companies that use social networks or social media, medium-sized and large, in %")
    note = say(
        "Filled mark: read on the office’s own page; hollow mark: repeated elsewhere. Some countries come twice, and the "
        "European Union includes some of them."
    )
    return _dots(survey, "medium-large", (title, subtitle, note), rows, ("medium", "large"))


def since(survey: Survey) -> Chart:
    """Companies of the European Union that use social networks, or any social media, year by year."""
    # Over 60 lines: a drawing of its own: words, dots and table of one series.
    say, percent = survey.language.say, survey.language.percent
    rows = survey.official.query("place.str.startswith('EU') and size == 'total'")
    rows = rows[rows["measure"].isin(["social-networks", "social-media"])]
    rows = rows.drop_duplicates(["place", "year", "measure"]).sort_values(["measure", "year"], ascending=[False, True])
    series = {measure: list(own.itertuples()) for measure, own in rows.groupby("measure", sort=False)}
    places, measures = list_labels(survey, "places"), list_labels(survey, "measures")
    first, last = series["social-networks"][0], series["social-networks"][-1]
    words = Words(
        title=fill_numbers(
            survey,
            "In the European Union, companies on social networks went from [{number} in {from_year}](#official.{before}) to [{number} in {to_year}](#official.{after})",
            before=_reference(first),
            after=_reference(last),
            from_year=f"{first.year:g}",
            to_year=f"{last.year:g}",
        ),
        subtitle=say("All companies asked, in %"),
        note=say(
            "Points are not joined, since the Union changes. * In 2014 without Belgium, Czechia and France, of which the last two "
            "were low in 2013; in 2015, 2021 and 2023 without the United Kingdom."
        ),
        source=say("Source: Eurostat; Ireland’s CSO for 2014."),
        alternative=say(
            "Dot plot by year. {rows}.",
            rows=". ".join(
                f"[{capitalise(measures[row.measure])}, {places[row.place]}, {row.year:g}{say(': ')}"
                f"{percent(row.percent)}](#official.{_reference(row)})"
                for row in chain(*series.values())
            ),
        ),
    )

    years = sorted({int(row.year) for row in rows.itertuples()})

    def draw(axes: Axes) -> None:
        sides = ((STYLES["large"], -1), (STYLES["small"], 1))  # labels below the dots of the first, above the others
        for points, (style, side) in zip(series.values(), sides, strict=True):
            years_of, percents = [point.year for point in points], [point.percent for point in points]
            axes.scatter(years_of, percents, 49, color=style.colour, marker=style.marker)
            for point in points:
                followed, follows = point.year + 1 in years, point.year - 1 in years
                to = "left" if follows > followed or (followed and side < 0) else "right" if followed else "center"
                text = percent(point.percent) + "*" * (point.place != WHOLE)
                right = {"left": -6, "right": 6}.get(to, 0)  # so that two years in a row have room
                label(axes, text, (point.year, point.percent), right, 9 * side, ha=to, color=style.ink)
        marks = [dot(style.marker, style.colour) for style, _ in sides]
        names = [capitalise(measures[measure]) for measure in series]
        legend(axes, marks, names, labelcolor=[style.ink for style, _ in sides], **LEGEND)
        shown = [year for year in years if not is_phone(axes) or year - 1 not in years]
        axes.set(xlabel="", ylabel="", xlim=(years[0] - 0.7, years[-1] + 0.7), ylim=(0, 100))
        axes.set_xticks(shown, [str(year) for year in shown])
        ticks = [0, 25, 50, 75]
        axes.set_yticks([*ticks, 100], [*map(survey.language.number, ticks), percent(100)])
        axes.tick_params(axis="y", length=0, labelsize=9, labelcolor=palette.GREY)
        axes.grid(axis="x", visible=False)
        axes.grid(axis="y")

    table = pd.DataFrame(
        {
            say("Year"): [f"{row.year:g}" for row in chain(*series.values())],
            say("What was asked"): [measures[row.measure] for row in chain(*series.values())],
            say("Percent of companies"): [_cell(survey, row) for row in chain(*series.values())],
            say("Certainty"): [say(CERTAINTIES.get(row.certainty, row.certainty)) for row in chain(*series.values())],
        },
        index=pd.Index([capitalise(places[row.place]) for row in chain(*series.values())], name=say("Place")),
    )
    return Chart("since", words, table, Frame([percent(100)], 2.6, head=0.5), draw, survey.language)


def _reference(row: Any) -> str:
    """The end of the reference of a row of official.csv."""
    return f"{row.place}.{row.year:g}.{row.measure}.{row.size}.{row.source}"


def _name(survey: Survey, comparison: Comparison) -> str:
    """A comparison's row: place, year, what was asked, and how sure where it was not read."""
    place, measure = (
        list_labels(survey, table)[key]
        for table, key in (("places", comparison.place), ("measures", comparison.measure))
    )
    name = f"{capitalise(place)} {comparison.year}, {measure}"
    return name if comparison.certainty == "read" else f"{name} ({survey.language.say(SURE[comparison.certainty])})"


def _printed(survey: Survey, row: Any) -> str:
    return ("≈ " if row.words else "") + survey.language.percent(row.percent)


def _shown(comparison: Comparison, sizes: Sequence[str]) -> list[str]:
    """The sizes that a chart shows: all companies only in the place of the small ones."""
    return [size for size in sizes if size in comparison.rows and (size != "total" or comparison.against == "total")]


def _told(survey: Survey, comparison: Comparison, sizes: Sequence[str]) -> str:
    values = ", ".join(
        f"[{survey.language.say(KEYS[size])} {_printed(survey, row)}](#official.{_reference(row)})"
        for size in _shown(comparison, sizes)
        for row in [comparison.rows[size]]
    )
    return f"{_name(survey, comparison)}{survey.language.say(': ')}{values}"


def _dots(
    survey: Survey, name: str, told: tuple[str, str, str], rows: Sequence[Comparison], sizes: Sequence[str]
) -> Chart:
    """A chart of one row for each comparison, with a mark for each size; `told` are its title, subtitle and note."""
    say = survey.language.say
    words = Words(
        *told,
        source=say("Source: statistical offices, and Cetic.br in Brazil; the classes of size are in the table."),
        alternative=say("Dot plot. {rows}.", rows=". ".join(_told(survey, row, sizes) for row in rows)),
    )
    names = [_name(survey, row) for row in rows]

    def draw(axes: Axes) -> None:
        for y, comparison in enumerate(rows):
            shown = sorted(_shown(comparison, sizes), key=lambda size: comparison.rows[size].percent)
            values = [comparison.rows[size].percent for size in shown]
            axes.hlines(y, values[0], values[-1], color=palette.LINE_GREY, linewidth=2, zorder=1)
            distances = [(-7, 0), *[(0, 6)] * (len(shown) - 2), (7, 0)]
            for size, value, distance in zip(shown, values, distances, strict=True):
                label(axes, _printed(survey, comparison.rows[size]), (value, y), *distance, color=STYLES[size].ink)
        used = [size for size in sizes if any(size in _shown(row, sizes) for row in rows)]
        for size in used:
            spots = [(row.rows[size], y) for y, row in enumerate(rows) if size in _shown(row, sizes)]
            style, (xs, ys) = STYLES[size], ([row.percent for row, _ in spots], [y for _, y in spots])
            faces = [style.colour if row.certainty == "read" else palette.PAPER for row, _ in spots]
            axes.scatter(xs, ys, 49, facecolors=faces, edgecolors=style.colour, marker=style.marker, zorder=2)
        marks = [dot(STYLES[size].marker, STYLES[size].colour) for size in used]
        inks = [STYLES[size].ink for size in used]
        legend(axes, marks, [capitalise(say(KEYS[size])) for size in used], labelcolor=inks, **LEGEND)
        axes.set_ylim(len(rows) - 0.5, -0.6)
        axes.set_yticks(range(len(rows)), names)
        percent_axis(axes, survey.language)
        axes.grid(visible=False)
        item_axis(axes)

    frame = Frame(
        names,
        ROW * len(rows),
        head=0.5,
        tail=text_width(f"≈ {survey.language.percent(10)}"),
        values=[(100, survey.language.percent(100))]
        + [(row.rows[size].percent, _printed(survey, row.rows[size])) for row in rows for size in _shown(row, sizes)],
    )
    table = pd.DataFrame(
        {
            capitalise(list_labels(survey, "sizes")[size]): [
                _cell(survey, row.rows[size]) if size in _shown(row, sizes) else "–" for row in rows
            ]
            for size in sizes
        }
        | {
            say("Base"): [say(BASES[row.rows[row.largest].base]) for row in rows],
            say("According to"): [survey.publisher(row.source) for row in rows],
        },
        index=pd.Index(names, name=say("Place and year")),
    )
    return Chart(name, words, table, frame, draw, survey.language)


def _cell(survey: Survey, row: Any) -> str:
    """A percent with the class that it is of: "36 % (10-19 people)"."""
    if pd.isna(row.size_from):
        return _printed(survey, row)
    end = f"–{row.size_to:g}" if pd.notna(row.size_to) else "+"
    return f"{_printed(survey, row)} ({row.size_from:g}{end})"
