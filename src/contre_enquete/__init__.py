"""Contre-enquête: a press article of 2013, read again with its data.

The data package is read and questioned in `survey`, with the arithmetic of `statistics`; put into words by `text`;
drawn by `charts`; shown in notebooks, which `notebooks` runs; checked and turned into pages by `edition`.
"""

__version__ = "1.0.0"
