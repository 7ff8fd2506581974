"""Venue directories: read in four formats, compared with the venues known, imported line by line.

content      bytes become rows, or a clear refusal
rows         the cells of one line, and the problems met in reading them
lines        a venue as a directory describes it, or why a line cannot be used
template     our own CSV
national_v0  the national standard v0.1, JSON or CSV
national_v1  the national standard v1.0.2, CSV
herault      the directory of the Hérault, extracted from RhinOcc
formats      which of the four a file is
grouping     the lines of one venue, put together
origins      which directory's line is which venue
importing    the plan of an import, and its carrying out
"""
