#!/usr/bin/env python3
"""Takes the scripts out of templates, as instances get them, for shellcheck: user_data.py OUT TEMPLATE…

Each user-data becomes a file, and so does each script that it writes. What CloudFormation puts in is the word VALUE,
and two of them for a list.
"""

import pathlib
import re
import sys

import yaml


class Loader(yaml.SafeLoader):
    """Reads functions such as !Ref as what they hold."""


def content(loader: Loader, _: str, node: yaml.Node):
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


Loader.add_multi_constructor("!", content)


def scripts(value):
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "UserData":
                yield each["Fn::Base64"]
            else:
                yield from scripts(each)
    elif isinstance(value, list):
        for each in value:
            yield from scripts(each)


def filled_in(text: str) -> str:
    """As Fn::Sub does."""
    text = text.replace("${AllowedTargets}", "VALUE VALUE")
    return re.sub(r"\$\{([^!}][^}]*)\}", "VALUE", text).replace("${!", "${")


def main(out: str, *templates: str) -> None:
    for file in map(pathlib.Path, templates):
        for number, raw in enumerate(scripts(yaml.load(file.read_text(), Loader)), 1):
            if len(raw.encode()) > 15_000:
                sys.exit(f"{file}: user-data {number} has {len(raw.encode())} bytes, and EC2 takes 16 KiB")
            text = filled_in(raw)
            name = f"{file.stem}-{number}"
            (pathlib.Path(out) / f"{name}.sh").write_text(text)
            for inner, body in re.findall(r"cat >\S*/(\S+) <<'SCRIPT'\n(.*?)^SCRIPT$", text, re.S | re.M):
                (pathlib.Path(out) / f"{name}-{inner}.sh").write_text(body)
            for unit, body in re.findall(r"cat >\S*/(\S+) <<'UNIT'\n(.*?)^UNIT$", text, re.S | re.M):
                (pathlib.Path(out) / f"{name}-{unit}").write_text(body)


if __name__ == "__main__":
    main(*sys.argv[1:])
