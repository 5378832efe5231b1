"""Where a command starts; Ctrl-C is answered even while the libraries load."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    try:
        from kairos.engine import cli
    except KeyboardInterrupt:
        print("Cancelled.", file=sys.stderr)
        return 130
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
