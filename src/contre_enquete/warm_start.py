"""Preload for the fork server.

Imports what notebooks import and, if the data is valid, makes each language's figures.
"""

import contextlib
import gc
import os

os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # debugpy's warning would stand among the results

import ipykernel.debugger  # a quarter of a second that each kernel would spend
import ipykernel.ipkernel
import ipykernel.kernelapp  # noqa: F401
import IPython.core.completerlib
import IPython.core.debugger
import IPython.extensions.storemagic  # noqa: F401
import matplotlib_inline.backend_inline  # noqa: F401
import psutil  # noqa: F401
import text_to_num  # noqa: F401

from .article import list_edition_languages
from .charts.fonts import BOLD, NORMAL, render_font_faces
from .display import edition, own  # noqa: F401
from .figures.registry import index_figures
from .plugin import load_figures
from .project import find_project
from .survey.model import load_survey

for letters in ({"a", "1"}, {"a", "1", "é"}):  # the cuts that most pictures share
    render_font_faces({NORMAL: letters, BOLD: letters})
with contextlib.suppress(Exception):  # the command that uses it tells the error
    project = find_project()
    load_figures(project)
    for language in list_edition_languages(project):
        list(index_figures(load_survey(language, project)))  # makes every figure
gc.freeze()  # else the first collection in each fork would copy all this memory
