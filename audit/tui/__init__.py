"""The terminal app: walks an auditor through a commune, and the office through a round.

``app`` starts it, ``screens`` are what fills the terminal, ``widgets`` what they are
made of. Screens read and state things through `audit.desk` only; no rule of the
audit lives here.
"""
