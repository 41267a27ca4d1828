"""The public names, as type checkers and editors read them; `__init__.py` loads each when it is first asked for."""

from .charts import palette as palette
from .charts.axes import (
    MARGIN as MARGIN,
    NAME_LINE as NAME_LINE,
    NAME_ON_PHONE as NAME_ON_PHONE,
    PHONE as PHONE,
    WIDTH as WIDTH,
    difference_axis as difference_axis,
    dot as dot,
    heading as heading,
    is_phone as is_phone,
    item_axis as item_axis,
    key_edge as key_edge,
    label as label,
    legend as legend,
    link_marks as link_marks,
    paper_width as paper_width,
    percent_axis as percent_axis,
    split_axes as split_axes,
    styled as styled,
    text_width as text_width,
    wrap as wrap,
)
from .charts.chart import Chart as Chart, Frame as Frame
from .charts.plots import (
    BAR as BAR,
    DOT_ROW as DOT_ROW,
    Percentages as Percentages,
    Style as Style,
    draw_intervals as draw_intervals,
    draw_matrix as draw_matrix,
    draw_tiles as draw_tiles,
    set_texts as set_texts,
    style_legend as style_legend,
)
from .charts.table import Table as Table
from .charts.words import Words as Words, question_words as question_words, write_words as write_words
from .display.edition import Edition as Edition, load_edition as load_edition
from .display.register import BulletList as BulletList, list_values as list_values
from .errors import DataError as DataError, EditionError as EditionError
from .figures.figure import Figure as Figure
from .figures.numbers import fill_numbers as fill_numbers
from .figures.registry import index_figures as index_figures
from .statistics.rounding import Interval as Interval, size_class_boxes as size_class_boxes
from .survey.claims import (
    UNITS as UNITS,
    WORDING_VERDICTS as WORDING_VERDICTS,
    judge_claims as judge_claims,
    judge_percents as judge_percents,
)
from .survey.contradictions import find_contradictions as find_contradictions
from .survey.estimates import (
    DEFFS as DEFFS,
    STRENGTHS as STRENGTHS,
    Gap as Gap,
    compute_interval as compute_interval,
    estimate_all_gaps as estimate_all_gaps,
    estimate_family_gaps as estimate_family_gaps,
    find_common_share as find_common_share,
    find_disputed_percents as find_disputed_percents,
    find_exchanged_share as find_exchanged_share,
    find_feasible_shares as find_feasible_shares,
    match_size_classes as match_size_classes,
    replace_disputed_percent as replace_disputed_percent,
)
from .survey.model import Survey as Survey, load_survey as load_survey
from .survey.official import (
    BASES as BASES,
    CERTAINTIES as CERTAINTIES,
    Comparison as Comparison,
    filter_ahead as filter_ahead,
    list_labels as list_labels,
    list_middle_comparisons as list_middle_comparisons,
    list_near_comparisons as list_near_comparisons,
)
from .survey.own import (
    Difference as Difference,
    compare_own_survey as compare_own_survey,
    name_own_survey as name_own_survey,
)
from .survey.voices import FIGURE_VERDICTS as FIGURE_VERDICTS
from .text.language import Language as Language, capitalise as capitalise, uncapitalise as uncapitalise
from .text.links import strip_links as strip_links

__version__: str
