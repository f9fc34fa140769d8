#!/usr/bin/env python
"""Django's command line for the portal."""

import gc
import os
import sys

if __name__ == "__main__":
    # Python's default is meant for much smaller programs: it takes a quarter of a first migration.
    gc.set_threshold(10_000, 20, 20)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
