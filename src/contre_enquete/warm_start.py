"""Preload for the fork server: import what notebooks import and, if the data is valid, compute each language's citable figures."""

import contextlib
import gc
import os

os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # a warning that is no result

import ipykernel.debugger  # a quarter of a second that each kernel would spend
import ipykernel.ipkernel
import ipykernel.kernelapp  # noqa: F401
import IPython.core.completerlib
import IPython.core.debugger
import IPython.extensions.storemagic  # noqa: F401
import matplotlib_inline.backend_inline  # noqa: F401
import psutil  # noqa: F401
import text_to_num  # noqa: F401

from . import notebook  # noqa: F401
from .article import load_figures
from .charts.fonts import BOLD, NORMAL, font_faces
from .survey.citable import registry
from .survey.model import load_survey
from .survey.package import find_project
from .text.language import languages

font_faces({NORMAL: {"a"}, BOLD: {"a"}})  # imports all that making one takes
with contextlib.suppress(Exception):  # whoever uses it will say so
    project = find_project()
    load_figures(project)
    for language in languages():
        registry(load_survey(language, project))
gc.freeze()  # no fork looks through all this for garbage, and so copies it
