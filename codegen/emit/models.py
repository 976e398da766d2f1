"""Emits `models.py`: runs datamodel-code-generator on the bundle with our settings and our templates.

The names that it gives to fields are read back from its metadata, so that nobody else has to guess them.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from codegen.documents import Json
from codegen.emit.docstrings import WIDTH, reflow, sentence
from codegen.findings import GeneratorError
from codegen.project import GENERATED, TEMPLATES, Project
from codegen.spec import Spec
from codegen.spec.schemas import is_struct, mapping, references

HEADER = "# Generated from openapi/ by `python -m codegen generate`; do not edit."
TOOL = "datamodel-code-generator"

_DOCSTRINGS = {
    "models": '"""The messages of the API: immutable structs, open enums, exact decimals."""',
    "requests": '"""The bodies of requests, which methods make of their arguments."""',
}
# Said of unions in requests, which are only ever encoded; codegen.spec.lint refuses them in responses.
_EXPECTED_WARNING = "UserWarning: msgspec cannot decode the union"


@dataclass(frozen=True)
class Models:
    """The generated models and the names in them."""

    sources: dict[str, str]
    """Unformatted Python by path below the root: for each folder of schemas/ its models, and the bodies that
    methods make of their arguments."""
    fields: dict[str, dict[str, str]]
    """Class -> name on the wire -> name in Python; own fields only, not those of parents."""


def generate_models(spec: Spec, project: Project) -> Models:
    """Generate the structs and enums of a spec.

    Raises:
        GeneratorError: datamodel-code-generator failed or gave a warning that is not expected.
    """
    with tempfile.TemporaryDirectory(prefix="minted-codegen-") as folder:
        work = Path(folder)
        (work / "bundle.json").write_text(json.dumps(_document(spec, project.scalars)), "utf-8")
        (work / "wire.json").write_text(json.dumps(wire(spec)), "utf-8")
        _run(work, project)
        source = (work / "models.py").read_text("utf-8")
        metadata = json.loads((work / "metadata.json").read_text("utf-8"))
    fields = {
        model["class_name"]: {field["original_name"]: field["name"] for field in model["fields"]}
        for model in metadata["models"]
        if "enum" not in spec.schemas.get(model["class_name"], {})
    }
    check_secrets(source, fields, spec)
    return Models(_apart(source, spec), fields)


def bodies(spec: Spec) -> frozenset[str]:
    """Names of the structs that only methods make: the bodies whose fields are their arguments."""
    inside = {name for schema in spec.schemas.values() for name in references(dict(schema))}
    made = {method.body for method in spec.methods if method.body and is_struct(spec.schemas[method.body])}
    return frozenset(made - inside)


def wire(spec: Spec) -> dict[str, dict[str, str]]:
    """The template data of each struct: which of them are sent, and so have fields that can be left out."""
    structs = [name for name, schema in spec.schemas.items() if is_struct(schema) and name not in spec.paging]
    return {
        name: {"wire": "request"} for name in structs if name in spec.requests and name not in spec.responses
    }


def check_secrets(source: str, fields: dict[str, dict[str, str]], spec: Spec) -> None:
    """Make sure that no secret of the spec is left unmasked, whatever tool or template did to its field.

    Raises:
        GeneratorError: a class does not name one of its secrets in `__secret_fields__`.
    """
    masked = {
        node.name: {
            constant.value
            for part in node.body
            if isinstance(part, ast.AnnAssign) and ast.unparse(part.target) == "__secret_fields__"
            for constant in ast.walk(part)
            if isinstance(constant, ast.Constant)
        }
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
    }
    for name, names in fields.items():
        for wire, schema in spec.properties(name).items():
            secret = schema.get("x-minted-secret") is True and wire in names
            if secret and names[wire] not in masked.get(name, ()):
                raise GeneratorError(f"{name}.{wire} is a secret, and its class does not mask it")


def _document(spec: Spec, scalars: frozenset[str]) -> dict[str, Json]:
    """The bundle as the tool needs it.

    Descriptions are wrapped for docstrings, our own scalars have lost their formats, which the tool does not
    know and need not, and pages are left out: they are a class written by hand.
    """
    components = dict(mapping(spec.document["components"]))
    schemas: dict[str, Json] = {
        name: {key: value for key, value in schema.items() if key != "format"}
        if name in scalars
        else dict(schema)
        for name, schema in spec.schemas.items()
        if name not in spec.paging
    }
    return {**spec.document, "paths": {}, "components": {**components, "schemas": _wrapped(schemas)}}


def _wrapped(node: Json) -> Json:
    if isinstance(node, list):
        return [_wrapped(item) for item in node]
    if not isinstance(node, dict):
        return node
    copied = {key: _wrapped(value) for key, value in node.items()}
    description = copied.get("description")
    # A property may be called description; its value is a schema, not text.
    if isinstance(description, str):
        one_line = " ".join(description.split())
        fits = "\n\n" not in description and len(one_line) + 10 <= WIDTH
        copied["description"] = sentence(one_line if fits else reflow(description, WIDTH - 4))
    return copied


def _run(work: Path, project: Project) -> None:
    options = {
        "--input": work / "bundle.json",
        "--output": work / "models.py",
        "--extra-template-data": work / "wire.json",
        "--emit-model-metadata": work / "metadata.json",
        "--custom-template-dir": TEMPLATES / "models",
        "--custom-file-header": HEADER,
    }
    command = [sys.executable, "-m", "datamodel_code_generator"]
    command += [str(word) for option in options.items() for word in option]
    # The tool looks for pyproject.toml from the working directory upwards.
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "Warning:" in line]
    warnings = [line for line in said if _EXPECTED_WARNING not in line]
    if done.returncode != 0:
        raise GeneratorError(f"{TOOL} failed:\n{done.stderr.strip() or done.stdout.strip()}")
    if warnings:
        raise GeneratorError(f"{TOOL} warned:\n" + "\n".join(warnings))


def _apart(source: str, spec: Spec) -> dict[str, str]:
    """The modules that the source of all models comes to.

    Those of a folder stand on the shared ones, and requests on the models beside them.
    """
    tree = ast.parse(source)
    lines = source.splitlines()
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    begin, end = imports[0].lineno - 1, imports[-1].end_lineno or 0
    sent = bodies(spec)
    modules: dict[tuple[str, str], list[tuple[str, list[str]]]] = {}
    for node in tree.body[len(imports) :]:
        name = _defined(node)
        part = name, lines[node.lineno - 1 : node.end_lineno]
        modules.setdefault((spec.folder(name), "requests" if name in sent else "models"), []).append(part)
    made: dict[str, str] = {}
    for (folder, kind), parts in modules.items():
        head = [HEADER, _DOCSTRINGS[kind], *lines[begin:end]]
        for place in {"": None, folder: None}:
            names = [name for name, _ in modules.get((place, "models"), ()) if name]
            if names and (place != folder or kind == "requests"):
                head.append(f"from {dotted(model_path(place, 'models'))} import {', '.join(names)}")
        made[model_path(folder, kind)] = _module(head, parts)
    return made


def model_path(folder: str, kind: str) -> str:
    """Where the models of a folder of schemas/ are, or its requests."""
    return "/".join(filter(None, (GENERATED, folder, f"{kind}.py")))


def dotted(path: str) -> str:
    """The module that a path is."""
    return path.removesuffix(".py").replace("/", ".")


def _defined(node: ast.stmt) -> str:
    """The name of a class, or of a union of some."""
    match node:
        case (
            ast.ClassDef(name=name)
            | ast.AnnAssign(target=ast.Name(id=name))
            | ast.Assign(targets=[ast.Name(id=name)])
        ):
            return name
        case _:
            return ""


def _module(head: list[str], parts: list[tuple[str, list[str]]]) -> str:
    """A module with `__all__` behind its imports: the classes, and nothing of what they are made of."""
    exports = ", ".join(f'"{name}"' for name in sorted(name for name, _ in parts) if name)
    lines = [line for _, part in parts for line in ["", *part]]
    return "\n".join([*head, "", f"__all__ = [{exports}]", *lines, ""])
