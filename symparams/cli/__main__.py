"""`python -m symparams.cli`."""

import sys

from . import main

sys.exit(main())
