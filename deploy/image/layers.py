#!/usr/bin/env python3
"""Puts folders into archives of which each byte follows from what is in them: names in order, one time, no owners.

    layers.py tar SYSTEM APP EPOCH TAG FILE    an image: an OCI layout which 'docker load' reads as well
    layers.py context SYSTEM APP EPOCH DIR     the same layers as archives beside each other, for a Dockerfile
    layers.py dist APP EPOCH FILE              APP alone as a .tar.gz, in a folder muster
"""

import gzip
import hashlib
import io
import json
import os
import pathlib
import platform
import stat
import sys
import tarfile
from datetime import datetime, timezone

USER = 65532
PLACE = "opt/muster"
# Folders that everybody may write to, as far as the root file system can be written at all: /tmp as usual, /data so
# that a volume which is new gets these rights.
RIGHTS = {"tmp": (0o1777, 0), "data": (0o700, USER)}


def entry(name: str, path: pathlib.Path, epoch: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        info.type, info.linkname, info.mode = tarfile.SYMTYPE, os.readlink(path), 0o777
    elif stat.S_ISDIR(mode):
        info.type, info.mode = tarfile.DIRTYPE, 0o755
    else:
        info.size, info.mode = path.stat().st_size, 0o755 if mode & stat.S_IXUSR else 0o644
    info.mtime = epoch
    if name in RIGHTS:
        info.mode, info.uid = RIGHTS[name]
        info.gid = info.uid
    return info


def archive(folder: pathlib.Path, prefix: str, epoch: int, wanted) -> bytes:
    """The files below folder that are wanted, and all folders above them."""
    names = {}
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        if (path.is_dir() and not path.is_symlink() and str(inside) not in RIGHTS) or not wanted(inside):
            continue
        name = pathlib.PurePosixPath(prefix) / inside
        names[str(name)] = path
        for parent in name.parents:
            if str(parent) != ".":
                names.setdefault(str(parent), folder)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name in sorted(names):
            path = names[name]
            info = entry(name, path, epoch)
            if info.isreg():
                with open(path, "rb") as content:
                    tar.addfile(info, content)
            else:
                tar.addfile(info)
    return buffer.getvalue()


def is_own(inside: pathlib.PurePath) -> bool:
    """What each change of Muster changes: its own jars, the command and its settings."""
    if inside.parts[:2] == ("lib", "app"):
        return inside.name.startswith("muster")
    return inside.parts[0] == "bin"


def layers(system: str, app: str, epoch: int) -> dict[str, bytes]:
    program = pathlib.Path(app)
    return {
        "system": archive(pathlib.Path(system), "", epoch, lambda _: True),
        "libraries": archive(program, PLACE, epoch, lambda inside: not is_own(inside)),
        "muster": archive(program, PLACE, epoch, is_own),
    }


def settings() -> dict:
    """As in the Dockerfile."""
    return {
        "User": f"{USER}:{USER}",
        "ExposedPorts": {"7400/tcp": {}},
        "Env": [
            "PATH=/opt/muster/bin:/usr/bin:/bin",
            "LANG=C.UTF-8",
            "XDG_CONFIG_HOME=/data/config",
            "XDG_STATE_HOME=/data/state",
        ],
        "Entrypoint": ["/opt/muster/bin/muster"],
        "Cmd": ["--help"],
        "Volumes": {"/data": {}},
        "WorkingDir": "/data",
    }


def packed(data: bytes, level: int = 6) -> bytes:
    return gzip.compress(data, compresslevel=level, mtime=0)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def as_json(value) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def image(system: str, app: str, epoch: int, tag: str, file: str) -> None:
    plain = layers(system, app, epoch)
    created = datetime.fromtimestamp(epoch, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    blobs = {digest(layer): layer for layer in map(packed, plain.values())}
    order = list(blobs)
    config = as_json({
        "architecture": {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine()),
        "os": "linux",
        "created": created,
        "config": settings(),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(layer)}" for layer in plain.values()]},
        "history": [{"created": created, "created_by": f"deploy/image/build: {name}"} for name in plain],
    })

    def descriptor(kind: str, data: bytes) -> dict:
        return {
            "mediaType": f"application/vnd.oci.image.{kind}",
            "digest": f"sha256:{digest(data)}",
            "size": len(data),
        }

    manifest = as_json({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("config.v1+json", config),
        "layers": [descriptor("layer.v1.tar+gzip", blobs[one]) for one in order],
    })
    blobs |= {digest(config): config, digest(manifest): manifest}
    index = as_json({
        "schemaVersion": 2,
        "manifests": [descriptor("manifest.v1+json", manifest) | {
            "annotations": {
                "org.opencontainers.image.ref.name": tag.rsplit(":", 1)[1],
                "io.containerd.image.name": tag,
            }
        }],
    })
    # What 'docker load' of any version reads.
    docker = as_json([{
        "Config": f"blobs/sha256/{digest(config)}",
        "RepoTags": [tag],
        "Layers": [f"blobs/sha256/{one}" for one in order],
    }])
    files = {"oci-layout": as_json({"imageLayoutVersion": "1.0.0"}), "index.json": index, "manifest.json": docker}
    files |= {f"blobs/sha256/{name}": data for name, data in blobs.items()}
    with tarfile.open(file, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name in sorted(files):
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(files[name]), epoch, 0o644
            tar.addfile(info, io.BytesIO(files[name]))
    size = os.path.getsize(file) / 1e6
    unpacked = sum(map(len, plain.values())) / 1e6
    print(f"{file}: {tag}, {size:.1f} MB, {unpacked:.1f} MB unpacked, sha256:{digest(manifest)}", file=sys.stderr)


def context(system: str, app: str, epoch: int, out: str) -> None:
    for name, layer in layers(system, app, epoch).items():
        (pathlib.Path(out) / f"{name}.tar").write_bytes(layer)


def distribution(app: str, epoch: int, file: str) -> None:
    data = packed(archive(pathlib.Path(app), "muster", epoch, lambda _: True))
    pathlib.Path(file).write_bytes(data)
    print(f"{file}: {len(data) / 1e6:.1f} MB, SHA-256 {digest(data)}", file=sys.stderr)


def main(way: str, *rest: str) -> None:
    match way, rest:
        case "tar", (system, app, epoch, tag, file):
            image(system, app, int(epoch), tag, file)
        case "context", (system, app, epoch, out):
            context(system, app, int(epoch), out)
        case "dist", (app, epoch, file):
            distribution(app, int(epoch), file)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
