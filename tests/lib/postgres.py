# SPDX-License-Identifier: Apache-2.0
"""A private PostgreSQL for a suite: no port, a socket in a folder of its own, gone with the process."""
import glob
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time

# Lives until its input ends, that is until the suite has ended in whatever way.
KEEPER = r"""
bin=$1 dir=$2
cd "$dir" || exit 1
"$bin/initdb" -D data -U dengce -A trust -E UTF8 --locale=C --no-sync >log 2>&1 || { touch failed; read -r _; exit 1; }
"$bin/postgres" -D data -k "$dir" -c listen_addresses= -c unix_socket_permissions=0700 -c fsync=off \
  -c full_page_writes=off -c shared_buffers=32MB -c max_connections=100 -c lc_messages=C >>log 2>&1 </dev/null &
pid=$!
read -r _
kill -INT $pid
wait $pid
"""


def programs():
    given = os.environ.get("DENGCE_POSTGRES_BIN")
    found = [given] if given else sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not found:
        raise AssertionError("PostgreSQL is not installed (package postgresql); "
                             "DENGCE_TEST_POSTGRES=off leaves it out")
    return found[-1]


class Postgres:
    def __init__(self):
        self.bin = programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dengce-pg-", dir="/tmp"))
        command = ["sh", "-c", KEEPER, "keeper", self.bin, str(self.folder)]
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
        self.keeper = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        end = time.monotonic() + 120
        while self.tool("pg_isready", check=False).returncode != 0:
            if (self.folder / "failed").exists() or time.monotonic() > end:
                raise AssertionError("PostgreSQL does not start: " + (self.folder / "log").read_text())
            time.sleep(0.05)

    def tool(self, name, *arguments, check=True):
        return subprocess.run([f"{self.bin}/{name}", "-h", str(self.folder), "-U", "dengce", *arguments],
                              check=check, capture_output=True, timeout=60)

    def create(self, name):
        """A new database; gives its address."""
        self.tool("createdb", name)
        return f"postgres://dengce@/{name}?host={self.folder}"

    def stop(self):
        self.keeper.stdin.close()
        self.keeper.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)
