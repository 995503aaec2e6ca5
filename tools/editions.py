"""Note the sums of the editions that are shipped, so that no command examines them again.

``python -m tools.editions`` writes them; an edition that cannot be used is refused. A round
that carries one of them unchanged is opened without the examination.
"""

from __future__ import annotations

import sys

from criteria.catalogue import EDITIONS, EXAMINED, carried_sum, load_edition
from criteria.errors import ReadinessError


def main() -> int:
    """Examine every edition and write the sums; return the exit code."""
    try:
        lines = [
            f"{carried_sum(load_edition(path))}  {path.name}\n"
            for path in sorted(EDITIONS.glob("*.toml"))
        ]
    except ReadinessError as error:
        print(error, file=sys.stderr)
        return error.status
    EXAMINED.write_text("".join(lines), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
