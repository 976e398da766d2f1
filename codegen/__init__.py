"""Writes code from the spec. A tool of the checkout: minted_async never imports it.

`python -m codegen generate` goes this way: `bundle` reads openapi/*.yaml into one document, `spec` gives the
typed view of it, `lint` holds it against the rules, `models` runs datamodel-code-generator, `resources` and
`calls` write the methods and their tests from templates, `formatting` hands all of it to ruff, and `build`
brings it to the disk. `python -m codegen check` does the same in memory and compares.

To add an endpoint: describe it in openapi/paths and openapi/schemas, list both in openapi/minted.yaml, run
`python -m codegen generate`, and commit what changed. A new tag gives a new resource.

To change a template or the version of a tool: run `python -m codegen generate` and
`python -m tests.codegen.renew`, and read what it does to the golden files.
"""
