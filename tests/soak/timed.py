# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Runs a command; writes its seconds and processor seconds to a file.

    timed.py FILE COMMAND...
"""

import resource
import subprocess
import sys
import time

began = time.monotonic()
code = subprocess.run(sys.argv[2:], check=False).returncode
seconds = time.monotonic() - began
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write(f"{seconds} {usage.ru_utime + usage.ru_stime}\n")
sys.exit(code)
