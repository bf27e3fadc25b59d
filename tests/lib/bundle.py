# SPDX-License-Identifier: Apache-2.0
"""Small evidence bundles, as the collector packs them, and spoiled ones."""
import gzip
import hashlib
import io
import json
import pathlib
import tarfile


def digest(data):
    return hashlib.sha256(data).hexdigest()


MINIMAL = {
    "/etc/os-release": b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    "/etc/passwd": b"root:x:0:0:root:/root:/bin/bash\nzhang:x:1000:1000::/home/zhang:/bin/bash\n",
    "/etc/group": b"root:x:0:\nsudo:x:27:zhang\n",
    "/etc/login.defs": b"PASS_MAX_DAYS\t90\nPASS_MIN_DAYS\t1\nUMASK 027\n",
}


def bundle_parts(files=None, commands=None, platform="linux", target="host-1", absent=()):
    """Manifest and (path, bytes) entries of a small right bundle; `commands`: name → (words, output)."""
    files = MINIMAL if files is None else files
    taken = [("data/files" + path, "file:" + path, data) for path, data in files.items()]
    taken += [(f"data/commands/{name}.txt", "command:" + words, data)
              for name, (words, data) in (commands or {}).items()]
    contents = [(path, data) for path, _, data in taken]
    manifest = {
        "format": "dengce-bundle/1",
        "collector": {"name": "linux", "version": "1"},
        "platform": platform,
        "target": {"name": target, "addresses": ["192.0.2.7"]},
        "started": "2026-01-02T03:04:05Z",
        "ended": "2026-01-02T03:04:06Z",
        "entries": [{"path": path, "source": source, "exit_code": 0, "bytes": len(data),
                     "truncated": False, "sha256": digest(data), "sm3": None}
                    for path, source, data in taken],
        "absent": list(absent),
    }
    return manifest, contents


def pack(path, manifest, contents, raw_manifest=None):
    """Writes the parts as a tar.gz; `contents` may hold TarInfo objects in place of names."""
    if raw_manifest is None:
        raw_manifest = json.dumps(manifest, ensure_ascii=False).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT,
                      encoding="utf-8", errors="surrogateescape") as archive:
        for name, data in [("manifest.json", raw_manifest), *contents]:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            if info.isreg():
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    pathlib.Path(path).write_bytes(gzip.compress(out.getvalue(), mtime=0))
    return path


def small_bundle(path, **options):
    return pack(path, *bundle_parts(**options))
