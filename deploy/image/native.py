#!/usr/bin/env python3
"""Takes the native libraries for this machine out of jars: native.py JARS OUT.

They are the ones that Netty, SQLite and JLine look for in java.library.path and in properties of their own.
"""

import pathlib
import platform
import sys
import zipfile

MACHINE = platform.machine()
# As each of them spells it.
SPELLINGS = {"x86_64": ("x86_64",), "aarch64": ("aarch_64", "aarch64", "arm64")}.get(MACHINE, (MACHINE,))
FOLDERS = ("org/sqlite/native/Linux", "org/jline/nativ/Linux")


def is_ours(name: str) -> bool:
    if not name.endswith(".so"):
        return False
    if name.startswith("META-INF/native/"):
        return any(name.endswith(f"_{spelling}.so") for spelling in SPELLINGS)
    return any(name.startswith(f"{folder}/{spelling}/") for folder in FOLDERS for spelling in SPELLINGS)


def main(jars: str, out: str) -> None:
    folder = pathlib.Path(out)
    folder.mkdir(parents=True)
    for jar in sorted(pathlib.Path(jars).glob("*.jar")):
        with zipfile.ZipFile(jar) as archive:
            for name in filter(is_ours, archive.namelist()):
                (folder / pathlib.PurePath(name).name).write_bytes(archive.read(name))
    if not list(folder.iterdir()):
        sys.exit(f"native.py: no native library for {MACHINE} is in {jars}")


if __name__ == "__main__":
    main(*sys.argv[1:])
