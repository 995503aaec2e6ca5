"""The dashboard: a round as one page of HTML that any browser opens without a network."""
