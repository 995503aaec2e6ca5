"""Minutes of the audit of a commune (*biên bản kiểm tra*), as a Word document.

What the paper says is in ``content``, how it looks in ``document``; ``paper`` knows
the format of Word.
"""
