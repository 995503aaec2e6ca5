"""The rule language: text in the edition, parsed once, evaluated with unknowns.

``parse`` turns text into a tree of `criteria.rules.tree` nodes, ``check`` finds
unknown names and mismatched types in a tree, nodes evaluate themselves in
three-valued logic, and ``explain`` says in words what a rule read and what is
missing. Nothing is ever passed to Python's ``eval``.
"""
