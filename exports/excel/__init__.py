"""The Excel workbook: one module a sheet, and a small set of looks they share.

``workbook`` puts the sheets together and the file in its place; ``page`` writes
cells; ``styles`` holds the looks.
"""
