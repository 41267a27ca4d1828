"""The public names, as type checkers and editors read them; `__init__.py` loads each when it is first asked for.

The modules among them are public too: who draws charts imports from them what fits names, axes and marks to the paper.
"""

from .answers.notebook import SurveyDraft as SurveyDraft, draft_survey as draft_survey
from .charts import axes as axes, palette as palette, plots as plots, words as words
from .charts.chart import Chart as Chart, Frame as Frame
from .charts.lines import Trend as Trend
from .charts.plots import Percentages as Percentages, Style as Style
from .charts.table import Table as Table, make_table as make_table
from .charts.words import Words as Words, write_question_words as write_question_words, write_words as write_words
from .display.edition import Edition as Edition, load_edition as load_edition
from .display.register import BulletList as BulletList, list_values as list_values
from .errors import DataError as DataError, EditionError as EditionError
from .figures.figure import Figure as Figure
from .figures.numbers import fill_numbers as fill_numbers
from .figures.registry import index_figures as index_figures
from .prose.datum import Datum as Datum
from .prose.rewriting import Change as Change, Rewriting as Rewriting, rewrite_text as rewrite_text
from .prose.sources import Figures as Figures, figures_from as figures_from
from .prose.tracing import Problem as Problem, Trace as Trace, check_text as check_text
from .prose.vocabulary import Term as Term, Vocabulary as Vocabulary
from .statistics import inference as inference, rounding as rounding
from .statistics.rounding import Interval as Interval
from .survey import estimates as estimates, official as official
from .survey.claims import (
    UNITS as UNITS,
    WORDING_VERDICTS as WORDING_VERDICTS,
    judge_claims as judge_claims,
    judge_percents as judge_percents,
)
from .survey.contradictions import find_contradictions as find_contradictions
from .survey.estimates import (
    Gap as Gap,
    estimate_all_gaps as estimate_all_gaps,
    estimate_family_gaps as estimate_family_gaps,
    find_common_share as find_common_share,
)
from .survey.model import Survey as Survey, load_survey as load_survey
from .survey.own import (
    Difference as Difference,
    OwnQuestion as OwnQuestion,
    compare_own_survey as compare_own_survey,
    list_own_questions as list_own_questions,
    name_own_survey as name_own_survey,
)
from .survey.voices import FIGURE_VERDICTS as FIGURE_VERDICTS, find_leaders as find_leaders
from .text.language import Language as Language, capitalize as capitalize, uncapitalize as uncapitalize
from .text.links import strip_links as strip_links

__version__: str
