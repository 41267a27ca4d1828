"""The public names, as type checkers and editors read them; `__init__.py` loads each when it is first asked for."""

from .charts import palette as palette
from .charts.axes import (
    MARGIN as MARGIN,
    NAME_LINE as NAME_LINE,
    NAME_ON_PHONE as NAME_ON_PHONE,
    PHONE as PHONE,
    WIDTH as WIDTH,
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
    draw_matrix as draw_matrix,
)
from .charts.table import Table as Table
from .charts.words import Words as Words, question_words as question_words
from .display.edition import Edition as Edition, load_edition as load_edition
from .display.register import BulletList as BulletList, list_values as list_values
from .errors import DataError as DataError, EditionError as EditionError
from .figures.figure import Figure as Figure
from .figures.numbers import fill_numbers as fill_numbers
from .figures.registry import registry as registry
from .statistics.rounding import Interval as Interval, size_class_boxes as size_class_boxes
from .survey.claims import (
    UNITS as UNITS,
    WORDING_VERDICTS as WORDING_VERDICTS,
    judged_claims as judged_claims,
    printed_percents as printed_percents,
)
from .survey.contradictions import contradictions as contradictions
from .survey.estimates import (
    DEFFS as DEFFS,
    STRENGTHS as STRENGTHS,
    Gap as Gap,
    all_gaps as all_gaps,
    common_share as common_share,
    disputed_percents as disputed_percents,
    exchanged_share as exchanged_share,
    family_gaps as family_gaps,
    feasible as feasible,
    interval_at as interval_at,
    size_classes as size_classes,
    with_disputed_value_of_others as with_disputed_value_of_others,
)
from .survey.model import Survey as Survey, load_survey as load_survey
from .survey.official import (
    BASES as BASES,
    CERTAINTIES as CERTAINTIES,
    Comparison as Comparison,
    ahead as ahead,
    labels as labels,
    near_the_survey as near_the_survey,
    with_middle as with_middle,
)
from .survey.own import Difference as Difference, differences as differences, own_name as own_name
from .survey.voices import FIGURE_VERDICTS as FIGURE_VERDICTS
from .text.language import Language as Language, capitalise as capitalise, uncapitalise as uncapitalise
from .text.links import strip_links as strip_links

__version__: str
