"""The report for other programs: CSV files with a data package, and one JSON document.

Both are written from ``exports.tables``; nothing is worked out here.
"""
