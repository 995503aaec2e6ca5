"""Where the criteria are asked, and how far it is known.

The official list of communes and its search, the profile of a province, the round,
a commune's checklist, the matrix of the province, and the tasks that follow from
what is missing. Pure: values in, values out; only its own data files are read.
"""
