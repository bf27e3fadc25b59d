#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The page against the real program ($DENGCE): demo data, serve on a free port, a browser walks it.
# Screenshots are left in build/web/. CHROMIUM names another browser than Debian's.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${DENGCE:?path of the program}"
# Without a UTF-8 locale the browser saves files with Chinese names as "download".
export LC_ALL=C.UTF-8
"$root/tools/build-web"
node=node
[ -x "$root/web/node_modules/.bin/node" ] && node=$root/web/node_modules/.bin/node

work=$(mktemp -d)
server=
clean_up() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# The demo collects this machine, which may time out under load; run again it goes on where it was.
for try in 1 2 3; do
  "$DENGCE" demo --data "$work/data" >>"$work/demo.log" 2>&1 && break
  [ "$try" = 3 ] && { cat "$work/demo.log"; exit 1; }
done
"$DENGCE" serve --data "$work/data" --listen 127.0.0.1:0 >"$work/serve.log" 2>&1 &
server=$!
page=
for _ in $(seq 300); do
  page=$(grep -o 'http://[^/]*/' "$work/serve.log" | head -n 1 || true)
  [ -n "$page" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
[ -n "$page" ] || { echo "web: the server did not start"; cat "$work/serve.log"; exit 1; }

mkdir -p "$root/build/web"
status=0
DENGCE_PAGE="$page" DENGCE_PEOPLE="$work/demo.log" DENGCE_SHOTS="$root/build/web" \
  "$node" "$here/walk.mjs" "$@" || status=$?
[ "$status" = 0 ] || tail -n 20 "$work/serve.log"
exit "$status"
