"""What is asked, and when it counts as met.

The catalogue of criteria is data (``editions/``); this package reads it, evaluates
its rules with unknowns, and explains every rating. It is pure: values in, values
out, with no knowledge of files of records, screens or the network. The language of
all texts lives here too, at the bottom, because every package speaks.
"""
