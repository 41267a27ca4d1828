"""Contre-enquête: a press article of 2013, read again with its data.

The data package is read by `data`, asked through `survey`, put into words by `language`,
drawn by `charts`, and turned into executed notebooks, figures and pages by `build`.
"""

__version__ = "0.1.0"
