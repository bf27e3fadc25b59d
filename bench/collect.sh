#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Row 1 of the speed table: the collector on this host. Prints the median CPU seconds, wall seconds and
# bundle size of RUNS runs (5 unless told), and the number of files of the local root, which decides.
# Usage: bench/collect.sh [RUNS]
set -eu
runs=${1:-5}
script=$(cd "$(dirname "$0")/.." && pwd)/collectors/linux/collect.sh
python3 - "$script" "$runs" <<'PYTHON'
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

script, runs = sys.argv[1], int(sys.argv[2])
cpu, wall, size = [], [], []
with tempfile.TemporaryDirectory() as directory:
    bundle = os.path.join(directory, "bundle.tar.gz")
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        subprocess.run(["/bin/sh", script, "-o", bundle], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wall.append(time.monotonic() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        size.append(os.path.getsize(bundle))
root = os.statvfs("/")
print(f"collect: {statistics.median(cpu):.2f} CPU-s, {statistics.median(wall):.2f} s wall, "
      f"{statistics.median(size) / 1000:.0f} KB bundle (median of {runs} runs, "
      f"{root.f_files - root.f_ffree} files on the root file system, uid {os.getuid()})")
PYTHON
