"""What leaves the program: files made from a matrix, a checklist or a list of tasks.

Each export is a function from what it shows to a file and knows nothing else: no
database, no terminal, no network. ``safe_write`` puts every file in place whole or
not at all.
"""
