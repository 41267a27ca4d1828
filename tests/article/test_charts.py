"""What is drawn is what the table says: every mark, label, order, axis and source line.

Titles, alternative texts and the words of a table are in the ledger of reviewed claims, their numbers traced.
"""

import csv
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction as F
from pathlib import Path

import pytest
from babel.dates import format_date
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.font_manager import findfont
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from article import FIGURES, companies, printed, provenance, uncertainty, verdicts
from article.control import WIDGET, Control
from contre_enquete.charts.axes import PHONE, WIDTH, apply_style
from contre_enquete.charts.chart import hide_words
from contre_enquete.charts.layout import find_illegible_texts
from contre_enquete.errors import DataError
from contre_enquete.figures.registry import index_figures
from contre_enquete.statistics.inference import newcombe
from contre_enquete.survey import official
from contre_enquete.survey.model import load_survey
from contre_enquete.text.language import Language, MissingTranslation

NAMES = {
    "fr": {"sme": "PME", "large": "grandes entreprises", "all": "ensemble"},
    "en": {"sme": "SMEs", "large": "large companies", "all": "all respondents"},
}
# What each figure shows, from where, in which order: typed here, and nowhere taken from the package.
DRAWN = [  # as drawn: the widest lead of SMEs first
    "cloud-storage",
    "external-social-networks",
    "blogs",
    "microblogs",
    "web-aggregators",
    "email",
    "news-feeds",
    "internal-social-networks",
    "instant-messaging",
    "video-conferencing",
    "team-sites",
]
PAIRED = {
    "tools": ("S04", DRAWN),
    "barriers": ("S01", ["security", "productivity-loss"]),
    "restrictions": ("S01", ["external-social-networks", "microblogs", "internal-social-networks"]),
}
POINTING = ("<", "D", ">")  # to the group that leads
MARKERS = {"sme": "o", "large": "D"}  # never colour alone
USES = {"internal-communication": 1, "expertise": 2, "customers": 0, "partners": 0, "prospects": 0, "competitors": 0}


def percent(value, language):
    return f"{value:g}\u00a0%" if language == "fr" else f"{value:g}%"


@pytest.fixture(scope="module", params=["fr", "en"])
def survey(request):
    return load_survey(request.param)


# What no word decides is looked at in one language.
in_one_language = pytest.mark.parametrize(
    "survey", ["fr", pytest.param("en", marks=pytest.mark.thorough)], indirect=True, scope="module"
)


@pytest.fixture(scope="module")
def drawn(survey, charts_in):
    return charts_in(survey.language.code)


@pytest.fixture(params=["one of each module", pytest.param("every one", marks=pytest.mark.thorough)])
def charts(request, drawn):
    """Charts to show, draw again or make cards of, which takes half a second each."""
    if request.param == "every one":
        return list(drawn.values())
    return list({draw.__module__: drawn[draw.__name__] for draw in FIGURES}.values())


@pytest.fixture
def published(rows):
    """The percent of a source, question, item and segment, from the file itself."""
    values = {(r["source"], r["question"], r["item"], r["segment"]): r["percent"] for r in rows}
    return lambda *key: float(values[key])


def axes_of(chart):
    (axes,) = chart.figure.axes
    return axes


def texts(artists):
    return [artist.get_text() for artist in artists]


def vertices(path):
    return path.vertices.round(6).tolist()


def shape_of(marker):
    return vertices(MarkerStyle(marker).get_path().transformed(MarkerStyle(marker).get_transform()))


def tick_texts(axis):
    return [tick.label1.get_text() or tick.label2.get_text() for tick in axis.get_major_ticks()]


def cited_marks(chart):
    """Yield the reference of each dot and bar of a chart that has one, the number that it shows, its row and colour."""
    for artist in chart.figure.findobj():
        if isinstance(artist, PathCollection) and any(artist.get_urls()):
            colours = map(to_hex, [*artist.get_facecolors()] * len(artist.get_offsets()))
            for url, (x, y), colour in zip(artist.get_urls(), artist.get_offsets().tolist(), colours, strict=False):
                yield url[1:], x, y, colour
        elif isinstance(artist, Rectangle) and artist.get_url():
            assert artist.get_x() == 0, chart.name
            y = artist.get_y() + artist.get_height() / 2
            yield artist.get_url()[1:], artist.get_width(), y, to_hex(artist.get_facecolor())


COUNTS = {"tools": 22, "barriers": 4, "restrictions": 6, "productivity": 3, "all_barriers": 6, "uses": 8}


@pytest.mark.parametrize("name", COUNTS)
def test_each_mark_has_name_colour_and_label(name, drawn, survey, labels):
    """With `test_each_cited_mark_and_cell_is_its_figure`: each percent stands in its row, in the colours of its group,
    and its number beside it.
    """
    axes, language = axes_of(drawn[name]), survey.language.code
    marks, names = list(cited_marks(drawn[name])), tick_texts(axes.yaxis)
    assert len({reference for reference, *_ in marks}) == len(marks) == COUNTS[name] and axes.yaxis_inverted()
    for reference, value, y, colour in marks:
        question, item, segment = reference.split(".")
        style, group = printed.STYLES[segment], NAMES[language][segment]
        assert names[round(y)] in (labels.get((question, item, language)), group[0].upper() + group[1:])
        assert colour == style.colour.lower()
        beside = [text for text in axes.texts if text.xy[0] == value and abs(text.xy[1] - y) < 0.15]
        assert (percent(value, language), style.ink) in {
            (text.get_text().removesuffix(f" {group}"), text.get_color()) for text in beside
        }


def test_tools_dots(drawn, published):
    axes = axes_of(drawn["tools"])
    assert axes.get_ylim() == (len(DRAWN) - 0.5, -0.5)  # first item on top
    lines, *dots = axes.collections
    for segment, marks in zip(("sme", "large"), dots, strict=True):
        assert vertices(marks.get_paths()[0]) == shape_of(MARKERS[segment])
    for row, (item, path) in enumerate(zip(DRAWN, lines.get_paths(), strict=True)):
        ends = sorted(published("S04", "tools", item, segment) for segment in ("sme", "large"))
        assert path.vertices.tolist() == [[ends[0], row], [ends[1], row]]


def test_tools_lead_and_key(drawn, survey):
    axes, language = axes_of(drawn["tools"]), survey.language.code
    *labels, lead = axes.texts
    assert len(labels) == 2 * len(DRAWN)
    assert lead.get_text() == {"fr": "+6\u00a0points", "en": "+6 points"}[language]
    assert lead.xy == (35, DRAWN.index("external-social-networks")) and lead.get_color() == printed.STYLES["sme"].ink
    assert [(text.get_text(), to_hex(text.get_color())) for text in axes.get_legend().get_texts()] == [
        (NAMES[language][segment], printed.STYLES[segment].ink.lower()) for segment in ("sme", "large")
    ]
    bold = [label.get_text() for label in axes.get_yticklabels() if label.get_weight() == "bold"]
    assert bold == [{"fr": "Réseaux sociaux externes", "en": "External social networks"}[language]]


def test_tools_label_sides(drawn):
    """The label of the smaller value stands left of its dot, that of the larger one right."""
    axes = axes_of(drawn["tools"])
    for row in range(len(DRAWN)):
        left, right = sorted(
            (text for text in axes.texts[:-1] if text.xy[1] == row), key=lambda text: text.get_ha() != "right"
        )
        assert (left.get_ha(), right.get_ha()) == ("right", "left")
        assert left.xy[0] < right.xy[0]


@pytest.mark.parametrize("paper", [WIDTH, PHONE])
def test_no_dot_hides_another(paper, drawn):
    figure = drawn["tools"].drawn(paper)
    (axes,) = figure.axes
    _, *dots = axes.collections
    sme, large = (axes.transData.transform(marks.get_offsets()) * 72 / figure.dpi for marks in dots)
    apart = ((sme - large) ** 2).sum(axis=1) ** 0.5
    assert apart.min() > 5  # points; a dot is 7 wide


@pytest.mark.parametrize("question", ["barriers", "restrictions"])
def test_paired_bars(question, drawn, survey):
    axes, language = axes_of(drawn[question]), survey.language.code
    for sme, large in zip(*axes.containers, strict=True):
        assert sme.get_y() + sme.get_height() <= large.get_y()  # SMEs above, no overlap
    named = [
        (row, name)
        for row, text in enumerate(axes.texts)
        for name in NAMES[language].values()
        if name in text.get_text()
    ]
    assert named == [(0, NAMES[language]["sme"]), (len(axes.containers[0]), NAMES[language]["large"])]  # once each


def test_network_uses_marks(drawn, survey, labels, rows):
    axes, language = axes_of(drawn["network_uses"]), survey.language.code
    directions = {
        r["item"]: (r["segment"], r["percent"])
        for r in rows
        if r["question"] == "network-uses" and r["source"] == "S01"
    }
    assert directions == {item: (("sme", "all", "large")[column], "") for item, column in USES.items()}
    assert tick_texts(axes.yaxis) == [labels["network-uses", item, language] for item in USES]
    (marks,) = axes.collections
    assert [tuple(offset) for offset in marks.get_offsets().tolist()] == [
        (column, row) for row, column in enumerate(USES.values())
    ]
    heads = [head.replace("\n", " ") for head in tick_texts(axes.xaxis)]
    assert (
        heads
        == {
            "fr": ["PME", "En général, le plus souvent", "Grandes entreprises"],
            "en": ["SMEs", "In general, most often", "Large companies"],
        }[language]
    )
    assert axes.yaxis_inverted()
    groups = {"fr": ["PME", "en général, le plus souvent", "grandes entreprises"],
              "en": ["SMEs", "in general, most often", "large companies"]}[language]  # fmt: skip
    assert drawn["network_uses"].table.iloc[:, 0].tolist() == [groups[column] for column in USES.values()]
    shapes = [vertices(path) for path in marks.get_paths()]
    assert shapes == [shape_of(POINTING[column]) for column in USES.values()]
    assert not any(character.isdigit() for text in tick_texts(axes.xaxis) for character in text)


def test_storage_is_reversed_by_the_article_alone(drawn):
    axes = axes_of(drawn["storage"])
    pages = ["Conseiller.ca", "Journal du Net", "ChannelPro Network", "Tom’s Hardware Italia", "PMI.it", "Microsoft"]
    assert tick_texts(axes.yaxis) == pages
    assert axes.collections[0].get_offsets().tolist() == [[1, 0], [0, 1], [0, 2], [0, 3], [0, 4], [0, 5]]


@pytest.mark.parametrize("name", ["tools", "productivity", "barriers", "restrictions"])
def test_scale_runs_from_0_to_100_percent(name, drawn, survey):
    axes = axes_of(drawn[name])
    assert axes.get_xlim() == (0, 100)
    assert axes.get_xscale() == "linear"
    assert axes.get_xticks().tolist() == [0, 25, 50, 75, 100]
    assert tick_texts(axes.xaxis) == ["0", "25", "50", "75", percent(100, survey.language.code)]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("", "")


def test_rows_are_named_as_in_the_table(drawn):
    for name, chart in drawn.items():
        if name not in ("columns", "chain", "verdicts", "since"):  # whose rows are no items
            assert tick_texts(chart.figure.axes[0].yaxis) == list(chart.table.index), name


def test_every_mark_is_within_its_axes(drawn):
    for name, chart in drawn.items():
        for axes in chart.figure.axes:
            (left, right), (low, high) = sorted(axes.get_xlim()), sorted(axes.get_ylim())
            marks = [marks.get_offsets() for marks in axes.collections if isinstance(marks, PathCollection)]
            marks += [[bar.get_xy(), (bar.get_x() + bar.get_width(), bar.get_y())] for bar in axes.patches]
            assert all(bar in axes.patches and bar.get_visible() for bars in axes.containers for bar in bars), name
            spots = [spot for mark in marks for spot in mark]
            assert all(left <= x <= right and low <= y <= high for x, y in spots), (name, spots)


SOURCES = {
    "tools": ["S04"],
    "productivity": ["S01", "S30"],
    "barriers": ["S01"],
    "restrictions": ["S01"],
    "network_uses": ["S01"],
}


def day(written, language):
    """A day, or a year alone, as it is said."""
    return format_date(date.fromisoformat(written), "long", language) if "-" in written else written


@pytest.mark.parametrize("name", SOURCES)
def test_words_around_the_picture(name, drawn, survey, project):
    chart, language = drawn[name], survey.language.code
    title, subtitle, *notes = [text.replace("\n", " ") for text in texts(chart.figure.texts)]
    measure = survey.question(name.replace("_", "-"))
    assert subtitle.startswith(measure["measure"]) and measure["base"] in subtitle
    assert ("en\u00a0%" in subtitle or "in %" in subtitle) == (name != "network_uses")
    source = notes[-1]
    with (project / "data/sources.csv").open(encoding="utf-8", newline="") as file:
        pages = {row["source"]: row for row in csv.DictReader(file)}
    cited = [f"{pages[key]['publisher']}, {day(pages[key]['date'], language)}" for key in SOURCES[name]]
    assert source.replace("\u00a0", " ").partition(": ")[2].startswith(f"{'; '.join(cited)}. ")
    assert {"fr": "9\u00a0908\u00a0répondants", "en": "9,908 respondents"}[language] in source
    assert {"fr": "du 25 mars au 24 avril 2013", "en": "March 25 to April 24, 2013"}[language] in source
    words = chart.words.plain
    assert (words.title, words.subtitle, words.source) == (title, subtitle, source)


def test_every_chart_has_its_words(drawn):
    """And those who do not see it are told more than its title."""
    for name, chart in drawn.items():
        words = chart.words.plain
        assert words.title and words.subtitle and words.source, name
        assert len(words.alternative) > 80 and words.alternative not in words.title, name


def test_other_printed_values_are_told(drawn, survey):
    note = drawn["barriers"].words.plain.note
    assert percent(71, survey.language.code) in note and "PMI.it" in note and "Calipia" in note
    assert not any(drawn[name].words.note for name in ("productivity", "restrictions", "tools"))


@pytest.mark.parametrize("name", PAIRED)
def test_data_table_is_the_picture(name, drawn, survey, published, labels):
    source, items = PAIRED[name]
    table = drawn[name].table
    assert list(table.index) == [labels[name, item, survey.language.code] for item in items]
    sme, large = ([published(source, name, item, segment) for item in items] for segment in ("sme", "large"))
    assert [table[column].tolist() for column in table] == [
        sme,
        large,
        [a - b for a, b in zip(sme, large, strict=True)],
    ]
    assert [column.replace("\u00a0", " ") for column in table] == {
        "fr": ["PME (%)", "Grandes entreprises (%)", "PME moins grandes entreprises (points)"],
        "en": ["SMEs (%)", "Large companies (%)", "SMEs minus large companies (points)"],
    }[survey.language.code]


@in_one_language
@pytest.mark.slow
def test_displayed_chart_carries_alternative_and_table(charts):
    for chart in charts:
        bundle = chart._repr_mimebundle_()
        assert bundle["text/plain"] == chart.words.plain.alternative
        assert 'alt="' in bundle["text/html"] and "<table>" in bundle["text/html"]
        assert bundle["text/html"].count("<tr>") == len(chart.table) + 1


@pytest.mark.slow
def test_no_text_overlaps_another(drawn):
    for chart in drawn.values():
        assert find_illegible_texts(chart.figure) == [], chart.name


@pytest.mark.slow
def test_nothing_overlaps_or_runs_off_on_a_phone(drawn):
    assert len(drawn) == len(FIGURES)
    for chart in drawn.values():
        with hide_words(chart.drawn(PHONE)) as figure:
            assert figure.get_figwidth() < 4
            assert find_illegible_texts(figure) == [], chart.name


@in_one_language
@pytest.mark.slow
def test_a_name_longer_than_the_paper_is_drawn_all_the_same(survey):
    names = "x" * 400 + survey.items["item"]
    items = survey.items.assign(label_fr=names, label_en=names)
    for draw in FIGURES[:5]:
        chart = draw(replace(survey, items=items))
        assert all(picture["svg"].count("<text") for picture in (chart.wide, chart.picture(phone=True)))


@in_one_language
@pytest.mark.slow
@pytest.mark.parametrize("extreme", [0, pytest.param(50, marks=pytest.mark.thorough), 100])
def test_any_value_stays_legible(extreme, survey):
    """A reader may change a value: equal, lowest and highest percentages must still be drawn well."""
    figures = survey.figures.assign(percent=survey.figures["percent"].where(survey.figures["percent"].isna(), extreme))
    changed = replace(survey, figures=figures)
    for draw in (*FIGURES[:5], provenance.matrix):
        assert find_illegible_texts(draw(changed).figure) == [], draw
    with pytest.raises(DataError, match="allow the shares"):  # equal figures say nothing of the share
        uncertainty.gaps(changed)


@in_one_language
@pytest.mark.slow
def test_drawing_changes_nothing_outside(charts, survey, project):
    """And is the same each time, as is what was drawn before and kept."""
    import matplotlib

    before, table = dict(matplotlib.rcParams), survey.figures.copy()
    for chart in charts:
        kept = (project / f"figures/{survey.language.code}/{chart.name}.svg").read_text(encoding="utf-8")
        assert chart.svg() == chart.svg() == kept
    assert dict(matplotlib.rcParams) == before
    assert survey.figures.equals(table)
    assert printed.productivity(survey).png() == printed.productivity(survey).png()


@in_one_language
def test_readers_settings_change_nothing(survey, drawn):
    import matplotlib

    with matplotlib.rc_context(
        {"axes.grid": False, "font.size": 30, "savefig.transparent": True, "svg.fonttype": "path"}
    ):
        assert printed.tools(survey).svg() == drawn["tools"].svg()


def test_every_letter_is_drawn_with_the_shipped_font(drawn, project):
    """Whatever fonts the machine has: matplotlib would prefer one of its own if it had the same name."""
    for chart in drawn.values():
        shown = [text for text in chart.figure.findobj(Text) if text.get_text()]
        with apply_style():
            folders = {Path(findfont(text.get_fontproperties())).parent for text in shown}
        assert folders == {project / "src/contre_enquete/fonts"}, chart.name


@in_one_language
@pytest.mark.slow
def test_untrusted_labels_stay_text(survey):
    items = survey.items.copy()
    items.loc[items["item"] == "email", ["label_fr", "label_en"]] = '<script>"$x$"</script>'
    chart = printed.tools(replace(survey, items=items))
    assert "<script>" not in chart.svg() and "<script>" not in chart.html()
    assert tick_texts(axes_of(chart).yaxis)[DRAWN.index("email")] == '<script>"$x$"</script>'


def test_missing_translation_is_named():
    with pytest.raises(MissingTranslation, match=r"locale/fr\.po: no translation of 'Nobody translated this'"):
        Language("fr").say("Nobody translated this")


CHAIN = {  # after: (before, certainty), typed from what was read
    "S22": ("", "read"), "S17": ("S22", "inferred"), "S04": ("S22", "inferred"), "S11": ("S04", "inferred"),
    "S06": ("S04", "inferred"), "S07": ("S04", "inferred"), "S08": ("S04", "inferred"), "S03": ("S04", "inferred"),
    "S02": ("S04", "inferred"), "S01": ("S02", "read"),
}  # fmt: skip
KINDS = {  # of Microsoft's pages
    "fr": {"S22": "communiqué", "S17": "diapositives", "S04": "graphique par taille d’employeur"},
    "en": {"S22": "release", "S17": "slides", "S04": "chart by employer size"},
}


def test_chain_draws_each_link_once(drawn, survey):
    chart = drawn["chain"]
    axes = axes_of(chart)
    names = {source: survey.publisher(source) for source in CHAIN} | {"": survey.language.say("Ipsos, online survey")}
    names |= {source: f"Microsoft, {kind}" for source, kind in KINDS[survey.language.code].items()}
    place = {text.get_text(): tuple(text.xy) for text in axes.texts}
    assert set(place) == set(names.values())
    lines = [line for line in axes.lines if line.get_linestyle() != "None"]
    drawn_links = {
        (tuple(line.get_xydata()[0]), tuple(line.get_xydata()[-1].round(1)), line.is_dashed()) for line in lines
    }
    assert drawn_links == {
        (
            place[names[before]],
            (round(place[names[after]][0] - 0.08, 1), place[names[after]][1]),
            certainty == "inferred",
        )
        for after, (before, certainty) in CHAIN.items()
    }
    dots = {tuple(offset) for offset in axes.collections[0].get_offsets().tolist()}
    assert dots == set(place.values())
    assert [text.get_text() for text in axes.texts if text.get_weight() == "bold"] == ["Conseiller.ca"]
    assert texts(axes.get_legend().get_texts()) == [
        survey.language.say("link read"),
        survey.language.say("link inferred"),
    ]
    dates = dict(
        zip([row for _, row in sorted(place.values(), key=lambda xy: xy[1])], tick_texts(axes.yaxis), strict=True)
    )
    assert dates[place["Conseiller.ca"][1]] == {"fr": "16 juillet 2013", "en": "July 16, 2013"}[survey.language.code]
    assert len(chart.table) == len(CHAIN)


def test_matrix_cells_are_the_rows(drawn, survey, rows):
    axes, language = axes_of(drawn["matrix"]), survey.language.code
    sources = tick_texts(axes.xaxis)
    names = tick_texts(axes.yaxis)
    cells = {
        (names[int(text.get_position()[1])], sources[int(text.get_position()[0])]): text.get_text()
        for text in axes.texts
    }
    table, references = drawn["matrix"].table, drawn["matrix"].references
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, len(sources)), (len(names), 0))
    assert list(table.columns) == [survey.publisher(source) for source in sources]
    for text in axes.texts:
        x, y = text.get_position()
        assert (text.get_url() or "#").removeprefix("#") == references.iat[int(y), int(x)], text
    expected = {}
    for row in rows:
        name = f"{survey.item_label(row['question'], row['item'])}, {NAMES[language].get(row['segment'])}"
        if name in names and row["segment"] != "all" and row["question"] in ("tools", "barriers", "purpose"):
            number = row["percent"] or "+"
            expected[name, row["source"]] = f"≈ {number}" if row["words"] else number
    at_odds = {key for key, text in cells.items() if text.startswith("≠")}
    assert {key: text.removeprefix("≠ ") for key, text in cells.items() if text} == expected
    security, loss, storage = (
        survey.item_label(*item)
        for item in [("barriers", "security"), ("barriers", "productivity-loss"), ("tools", "cloud-storage")]
    )
    sme, large = NAMES[language]["sme"], NAMES[language]["large"]
    assert at_odds == {
        (f"{storage}, {large}", "S01"), (f"{security}, {large}", "S01"), (f"{security}, {sme}", "S03"),
        (f"{security}, {large}", "S03"), (f"{loss}, {sme}", "S03"), (f"{loss}, {large}", "S03"),
    }  # fmt: skip
    states = {
        (names[int(path.vertices[0][1])], sources[int(path.vertices[0][0])]): to_hex(squares.get_facecolors()[0])
        for squares in axes.collections[:2]
        for path in squares.get_paths()
    }
    assert states.keys() == cells.keys()  # an empty cell has no colour
    for key, text in cells.items():
        assert states[key] == provenance.STATES["differs" if text.startswith("≠") else "agrees"].lower()


@pytest.mark.parametrize("paper", [WIDTH, PHONE])
def test_matrix_cells_hold_their_labels(paper, drawn):
    figure = drawn["matrix"].drawn(paper)
    (axes,) = figure.axes
    with apply_style():
        figure.canvas.draw()
    cell = axes.transData.transform([1, 0])[0] - axes.transData.transform([0, 0])[0]
    assert max(text.get_window_extent().width for text in axes.texts) < cell


def test_columns_tell_the_last_copy(drawn, survey, published):
    chart, language = drawn["columns"], survey.language.code
    assert list(chart.table) == ["Microsoft", "Journal du Net", "Conseiller.ca"]
    for row, item in ((0, "external-social-networks"), (2, "cloud-storage"), (3, "video-conferencing")):
        for segment in ("sme", "large"):
            assert percent(published("S04", "tools", item, segment), language) in chart.table["Microsoft"].iloc[row]
    shown = {}  # the texts of each column, from top to bottom
    for text in axes_of(chart).texts:
        shown.setdefault(text.get_position()[0], []).append(text.get_text().replace("\n", " "))
    subjects, columns = list(chart.table.index), {name: list(chart.table[name]) for name in chart.table}
    first, *others = columns
    pairs = [text for pair in zip(subjects, columns[first], strict=True) for text in pair]  # a subject is above its row
    assert list(shown.values()) == [[first, *pairs], *([name, *columns[name]] for name in others)]


@in_one_language
@pytest.mark.slow
def test_each_figure_has_a_card_of_its_own(charts):
    cards = [chart.card("Contre-enquête") for chart in charts]
    for card_of_figure in cards:
        assert (int.from_bytes(card_of_figure[16:20]), int.from_bytes(card_of_figure[20:24])) == (1200, 630)
    assert len(set(cards)) == len(charts)


ROWS = {  # of totals, the highest first; of pairs, `test_data_table_is_the_picture`
    "all_barriers": ["security", "productivity-loss", "human-resources", "company-image", "data-loss", "bandwidth"],
    "uses": ["colleagues", "documents", "customers", "professional-network", "initiative", "vendors", "expertise", "customer-industries"],
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_totals_stand_the_highest_first(name, drawn, survey, labels):
    question = {"all_barriers": "barriers"}.get(name, name)
    names = [labels[question, item, survey.language.code] for item in ROWS[name]]
    assert list(drawn[name].table.index) == names


def cited_cells(chart):
    """Yield the reference of each cell of a chart's table that has one, and the number in it."""
    if chart.references is not None:
        assert chart.references.shape == chart.table.shape, chart.name
        for reference, cell in zip(chart.references.to_numpy().flat, chart.table.to_numpy().flat, strict=True):
            if reference and not reference.startswith("claim-"):
                yield reference, float(re.search(r"[\d.]+", str(cell))[0])


def cited_texts(chart):
    """Yield the reference of each text in a chart that has one, and the number in it."""
    for text in chart.figure.findobj(Text):
        if text.get_url():
            yield text.get_url()[1:], float(re.search(r"\d+", text.get_text())[0])


def test_each_cited_mark_and_cell_is_its_figure(drawn, survey):
    """A reference beside a number leads to that number."""
    figures = index_figures(survey)
    cells = [(chart.name, *cited) for chart in drawn.values() for cited in cited_cells(chart)]
    marks = [(chart.name, *cited[:2]) for chart in drawn.values() for cited in cited_marks(chart)]
    texts = [(chart.name, *cited) for chart in drawn.values() for cited in cited_texts(chart)]
    for name, reference, number in [*cells, *marks, *texts]:
        assert abs(number) == pytest.approx(figures[reference].value), (name, reference)
    assert len(cells) > 100 and len(marks) > 60 and len(texts) > 30


def test_verdicts_marks_are_the_judgements(drawn, survey):
    from contre_enquete.survey.claims import WORDING_VERDICTS, judge_claims, list_units
    from contre_enquete.survey.voices import FIGURE_VERDICTS

    claims, say = judge_claims(survey), survey.language.say
    axes = axes_of(drawn["verdicts"])
    expected = []
    for kind, title, vocabulary in (
        ("figure", "The figure", FIGURE_VERDICTS),
        ("wording", "The words", WORDING_VERDICTS),
        ("unit", "Speaks of", list_units(survey)),
    ):
        _, words_of, colours = verdicts.JUDGEMENTS[kind]
        colour_of = dict(zip(words_of, colours, strict=True))
        expected.append((say(title), None, []))
        for sort, words in vocabulary.items():
            found = [claim.claim for claim in claims if getattr(claim, kind) == sort]
            expected += [(say(words), colour_of[sort].lower(), found)] if found else []
    assert [name.lower() for name in tick_texts(axes.yaxis)] == [name.lower() for name, *_ in expected]
    rows = {row: (colour, found) for row, (_, colour, found) in enumerate(expected) if found}
    tiles = {int(marks.get_offsets()[0][1]): marks for marks in axes.collections}
    assert tiles.keys() == rows.keys()
    tallies = {int(text.xy[1]): text.get_text() for text in axes.texts}
    for row, (colour, found) in rows.items():
        assert tiles[row].get_offsets().tolist() == [[place, row] for place in range(len(found))]
        assert {to_hex(c) for c in tiles[row].get_facecolors()} == {colour}
        assert tallies[row] == str(len(found))
    assert sum(len(found) for _, found in rows.values()) == 3 * len(claims)


def test_shares_bars_are_the_exact_intervals(drawn, survey):
    """Against the worked values of the method, typed here as fractions."""
    axes = axes_of(drawn["shares"])
    bars = sorted((bar for bars in axes.containers for bar in bars), key=lambda bar: bar.get_y())
    expected = [(F(2, 9), F(4, 9)), (F(1, 10), F(3, 10)), (0, 1), (F(2, 9), F(3, 10)), (F(2, 9), F(4, 11)), (0, 0)]
    expected += [(F(29, 200), F(31, 200)), (F(27, 100), F(29, 100)), (F(77, 200), F(83, 200))]
    assert [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars] == [
        (pytest.approx(100 * float(low)), pytest.approx(100 * float(high))) for low, high in expected
    ]
    assert [round(bar.get_y() + bar.get_height() / 2) for bar in bars] == list(range(len(expected)))
    names = tick_texts(axes.yaxis)
    assert names[1] == survey.item_label("barriers", "security") and len(names) == len(expected)
    said = [text.get_text().replace("\u00a0", " ") for text in axes.texts]
    assert said[3] == {"fr": "22,2 % à 30 %", "en": "22.2% to 30%"}[survey.language.code]
    assert said[4] == {"fr": "22,2 % à 36,4 %", "en": "22.2% to 36.4%"}[survey.language.code]
    assert said[5] == survey.language.say("no share is possible")


STRENGTH = {
    "security": "robust", "agree": "robust", "productivity-loss": "never", "team-sites": "robust", "news-feeds": "never",
    "video-conferencing": "depends", "instant-messaging": "depends", "email": "depends", "blogs": "depends",
    "cloud-storage": "robust", "web-aggregators": "depends",
}  # fmt: skip


def test_gaps_dots_intervals_and_words(drawn, survey):
    axes, say = axes_of(drawn["gaps"]), survey.language.say
    lines, dots = axes.collections[0], axes.collections[1]
    offsets = [tuple(offset) for offset in dots.get_offsets().tolist()]
    article = [-10, -9, -9, -9, -6, 1]
    tools = sorted(sme - large for sme, large in MICROSOFT_PAIRS)
    assert offsets == [(gap, row) for row, gap in enumerate([*article, *tools])]
    for (gap, row), path in zip(offsets, lines.get_paths(), strict=True):
        (low, _), (high, y) = path.vertices
        assert y == row and low < gap < high
    names, words = tick_texts(axes.yaxis), texts(axes.texts)
    for item, strength in STRENGTH.items():
        label = (
            survey.item_label("barriers" if item in ("security", "productivity-loss") else "tools", item)
            if item != "agree"
            else survey.question("productivity")["label"]
        )
        assert words[names.index(label)] == say(strength), item
    shapes = {words[row]: path.vertices.tobytes() for row, path in enumerate(dots.get_paths())}
    assert len(set(shapes.values())) == 3  # never colour alone
    styles = {say(strength): style for strength, style in uncertainty.STYLES.items()}
    assert [to_hex(face) for face in dots.get_facecolors()] == [styles[word].colour.lower() for word in words]
    assert [text.get_color() for text in axes.texts] == [styles[word].ink for word in words]


MICROSOFT_PAIRS = [
    (93, 94), (54, 56), (51, 61), (49, 53), (41, 42), (37, 30), (35, 29), (22, 23), (19, 16), (19, 16), (16, 13),
]  # fmt: skip
ARTICLE_PAIRS = [(40, 49), (60, 70), (59, 58), (25, 34), (24, 33), (21, 27)]  # of the article: SMEs, large companies


def interval(sme, large, share, deff):
    """The limits of SMEs minus large companies, in points, by Newcombe's method at a share of SMEs."""
    return tuple(100 * float(x) for x in newcombe(large / 100, 9908 * (1 - share), sme / 100, 9908 * share, deff))


def test_scenarios_draw_every_interval(drawn):
    panels = drawn["scenarios"].figure.axes
    assert len(panels) == 3
    strengths = ["robust", "robust", "never", "robust", "robust", "robust"]
    for axes, deff in zip(panels, (1, 1.5, 2), strict=True):
        assert axes.get_xlim() == panels[0].get_xlim()
        (lines,) = axes.collections
        drawn_intervals = [tuple(path.vertices[:, 0]) for path in lines.get_paths()]
        heights = [path.vertices[0, 1] for path in lines.get_paths()]
        assert heights == sorted(heights)  # the lowest share of a gap is drawn first, as the subtitle says
        assert [*map(round, heights)] == [row for row in range(len(ARTICLE_PAIRS)) for _ in range(3)]
        colours = [uncertainty.STYLES[strength].colour.lower() for strength in strengths for _ in range(3)]
        assert [to_hex(colour) for colour in lines.get_colors()] == colours
        shares = (2 / 9, (2 / 9 + 3 / 10) / 2, 3 / 10)
        expected = [interval(*pair, share, deff) for pair in ARTICLE_PAIRS for share in shares]
        assert drawn_intervals == [pytest.approx(ends) for ends in expected]


@in_one_language
@pytest.mark.slow
def test_control_moves_the_intervals(survey):
    control = Control(survey)
    bundle = control._repr_mimebundle_()
    assert WIDGET in bundle and bundle["text/html"] == uncertainty.scenarios(survey).html()
    _, share, deff, picture = control.widget().children
    assert (share.min, share.max) == (pytest.approx(200 / 9), pytest.approx(30)) and deff.min == 1
    before = picture.value
    deff.value = 4
    wider = picture.value
    assert before != wider
    told, alternative = {
        "en": ("and a design effect of 4", 'alt="The gaps at a share'),
        "fr": ("et un effet de plan de 4", 'alt="Les écarts à une part'),
    }[survey.language.code]
    assert wider.count(told) == 2 and alternative in wider  # as title, and in the alternative text
    share.value = 30
    assert picture.value not in (before, wider)
    for part, effect in ((23.4, 1.7), (29.9, 9.9)):
        share.value, deff.value = part, effect
        assert picture.value == uncertainty.at_scenario(survey, share.value / 100, deff.value).html()


def test_a_scenario_draws_each_gap_and_its_interval(survey):
    """Against Newcombe's interval of the typed percentages at that share and design effect; dots at the gap."""
    for share, deff in ((0.25, 1), (0.23, 4)):
        axes = axes_of(uncertainty.at_scenario(survey, share, deff))
        drawn_intervals = [tuple(path.vertices[:, 0]) for lines in axes.collections for path in lines.get_paths()]
        assert drawn_intervals == [pytest.approx(interval(*pair, share, deff)) for pair in ARTICLE_PAIRS]
        (dots,) = [line for line in axes.lines if line.get_marker() == "o"]
        assert dots.get_xydata().tolist() == [[a - b, row] for row, (a, b) in enumerate(ARTICLE_PAIRS)]


SIZES = {"small": "o", "total": "^", "medium": "D", "large": "s"}


@pytest.fixture(scope="module")
def offices(project):
    """The rows of `official.csv` by place, year, measure, size and source, read without the package."""
    with (project / "data/official.csv").open(encoding="utf-8", newline="") as file:
        return {
            tuple(row[name] for name in ("place", "year", "measure", "size", "source")): row
            for row in csv.DictReader(file)
        }


DOTTED = {"by_size": ("small", "total", "medium", "large"), "medium_large": ("medium", "large")}


@pytest.mark.parametrize("name", DOTTED)
def test_dots_of_companies_are_the_rows_of_the_offices(name, drawn, survey, offices):
    """Each mark: value, row, shape of its size, filled only where it was read; each value as its label says."""
    chart, language = drawn[name], survey.language.code
    axes = axes_of(chart)
    compared = official.list_near_comparisons(survey) if name == "by_size" else official.list_middle_comparisons(survey)
    assert axes.get_xlim() == (0, 100) and axes.yaxis_inverted()
    expected, labels_expected = {}, []
    for y, row in enumerate(compared):
        for size in DOTTED[name]:
            key = (row.place, str(row.year), row.measure, size, row.source)
            if key in offices and (size != "total" or (*key[:3], "small", key[4]) not in offices):
                found = offices[key]
                value = float(found["percent"])
                expected.setdefault(size, []).append((value, y, found["certainty"] == "read"))
                labels_expected.append((("≈ " if found["words"] else "") + number(value, language), value, y))
    shapes = {str(shape_of(marker)): size for size, marker in SIZES.items()}
    marks = {}
    for dots in (found for found in axes.collections if isinstance(found, PathCollection)):
        size = shapes[str(vertices(dots.get_paths()[0]))]
        colour = companies.STYLES[size].colour.lower()
        assert {to_hex(edge) for edge in dots.get_edgecolors()} == {colour}
        faces = [to_hex(face) == colour for face in dots.get_facecolors()]
        faces = faces if len(faces) > 1 else faces * len(dots.get_offsets())
        marks[size] = [(*spot, filled) for spot, filled in zip(dots.get_offsets().tolist(), faces, strict=True)]
    assert {size: sorted(spots) for size, spots in marks.items()} == {
        size: sorted(map(tuple, spots)) for size, spots in expected.items()
    }
    assert sorted((text.get_text(), *text.xy) for text in axes.texts) == sorted(labels_expected)
    ends = [
        path.vertices[:, 0].tolist()
        for lines in axes.collections
        if isinstance(lines, LineCollection)
        for path in lines.get_paths()
    ]
    for y, (low, high) in enumerate(ends):
        values = [value for spots in expected.values() for value, row, _ in spots if row == y]
        assert (low, high) == (min(values), max(values))


@pytest.mark.parametrize("name", DOTTED)
def test_rows_of_companies_say_place_year_and_how_sure(name, drawn, survey):
    compared = official.list_near_comparisons(survey) if name == "by_size" else official.list_middle_comparisons(survey)
    sure = {
        "fr": {"rewrite": "(repris)", "inferred": "(calculé)"},
        "en": {"rewrite": "(repeated)", "inferred": "(computed)"},
    }
    names = tick_texts(axes_of(drawn[name]).yaxis)
    table = drawn[name].table
    assert list(table.index) == names
    for text, row in zip(names, compared, strict=True):
        mark = sure[survey.language.code].get(row.certainty, "")
        assert text.endswith(mark) and ("(" in text) == bool(mark)
        assert f" {row.year}, " in text
    if name == "by_size":  # the greatest ratio first
        assert [c.ratio for c in compared] == sorted((c.ratio for c in compared), reverse=True)


@pytest.mark.parametrize("name", [*DOTTED, "since"])
def test_companies_stand_on_no_scale_with_employees(name, drawn, survey):
    """No word of the survey's groups, and a caution where both could be thought of."""
    chart = drawn[name]
    words = " ".join([chart.words.plain.title, chart.words.plain.subtitle, chart.words.plain.alternative])
    assert not re.search(r"\b(PME|SMEs?|Microsoft|Ipsos)\b", words)
    assert any(word in words for word in ("ompanies", "ntreprises"))


def test_a_reversal_is_drawn_and_told(survey):
    rows = survey.official
    mask = (rows["place"] == "SE") & (rows["measure"] == "social-networks") & (rows["size"] == "large")
    chart = companies.by_size(replace(survey, official=rows.assign(percent=rows["percent"].mask(mask, 40))))
    assert re.findall(r"\d+", chart.words.plain.title) == ["13", "14"]  # level or behind is not ahead
    assert re.search(r"41.{0,25}40", chart.words.plain.alternative.replace("\u00a0", " "))


def test_the_series_is_what_was_read_of_the_union(drawn, survey, offices):
    axes, language = axes_of(drawn["since"]), survey.language.code
    expected = {
        measure: sorted(
            {
                (float(row["year"]), float(row["percent"]))
                for key, row in offices.items()
                if key[0].startswith("EU") and key[2] == measure and key[3] == "total"
            }
        )
        for measure in ("social-networks", "social-media")
    }
    assert [sorted(map(tuple, dots.get_offsets().tolist())) for dots in axes.collections] == list(expected.values())
    assert not axes.lines  # the Union is not the same from year to year
    assert axes.get_ylim() == (0, 100)
    whole = {
        (float(key[1]), float(row["percent"]))
        for key, row in offices.items()
        if key[0] == "EU28" and key[2] in expected and key[3] == "total"
    }
    labels_expected = sorted(
        (number(value, language) + "*" * ((year, value) not in whole), year, value)
        for points in expected.values()
        for year, value in points
    )
    assert sorted((text.get_text(), *text.xy) for text in axes.texts) == labels_expected
    first, last = expected["social-networks"][0], expected["social-networks"][-1]
    for year, value in (first, last):
        assert (
            f"{number(value, language)}" in drawn["since"].words.plain.title
            and f"{year:g}" in drawn["since"].words.title
        )


def test_the_invented_example_shows_what_it_says(drawn, survey):
    """Squares and dots are those of the table; large companies lead by account, small ones by people."""
    chart = drawn["two_counts"]
    axes, table = axes_of(chart), chart.table
    framed = [to_hex(patch.get_edgecolor()) == companies.palette.BLUE.lower() for patch in axes.patches]
    accounts, people, users = table.iloc[:, 1], table.iloc[:, 2], table.iloc[:, 3]
    assert len(framed) == table.iloc[:, 0].sum() and sum(framed) == accounts.sum()
    filled, hollow = (len(dots.get_offsets()) for dots in axes.collections)
    assert filled == users.sum() and filled + hollow == people.sum()
    say, marks = survey.language.say, axes.get_legend().legend_handles
    legend = dict(zip(texts(axes.get_legend().get_texts()), marks, strict=True))
    for name, dots in zip(("uses networks", "uses none"), axes.collections, strict=True):
        assert to_hex(legend[say(name)].get_markerfacecolor()) == to_hex(dots.get_facecolor()[0])
    for name, is_framed in (("has an account", True), ("has none", False)):
        assert (legend[say(name)].get_markeredgecolor() == companies.palette.BLUE) == is_framed
    small, large = range(2)
    share = accounts / table.iloc[:, 0]
    assert share.iloc[large] > share.iloc[small]
    assert (users / people).iloc[small] > (users / people).iloc[large]
    assert not re.search(r"\d", chart.words.plain.title + chart.words.plain.alternative + chart.words.note)


def number(value, language):
    text = f"{value:g}"
    return f"{text.replace('.', ',')}\u00a0%" if language == "fr" else f"{text}%"
