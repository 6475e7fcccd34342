"""``simlab`` and ``python -m simlab``: stopped from the first moment on, without a traceback.

Libraries take a good part of a second to be imported, and Ctrl-C may come before they are.
"""

import os
import sys
import warnings


def main() -> None:
    """The entry point."""
    try:
        # Warnings of libraries are not a planner's, and never end a run, whatever PYTHONWARNINGS.
        os.environ.pop("PYTHONWARNINGS", None)
        sys.warnoptions.clear()
        warnings.resetwarnings()
        warnings.simplefilter("ignore")
        from simlab.cli import main as commands

        commands()
    except KeyboardInterrupt:
        sys.stderr.write("\nsimlab: stopped; nothing was written. The same command starts again.\n")
        sys.exit(130)
    finally:  # all is said, and to unload takes a moment
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    main()
