"""Writes code from the spec, and keeps the spec true to the documentation. minted_async never imports it.

Five rooms, a pipeline:

    spec      openapi/ -> its typed view, held against the rules
    emit      typed view -> minted_async/generated and its blocking twins, tests/generated, docs/coverage.md
    pages     documentation pages -> the facts that they state
    sync      facts beside the typed view -> a report, and edits of openapi/
    release   two versions -> what breaks callers, the gate, the changelog

`emit`, `sync` and `release` stand on `spec`; `sync` also stands on `pages`, and on `emit` to generate what it
has written. The files beside the rooms are what several of them share.

To add an endpoint: describe it in openapi/paths, and what it sends and answers in openapi/schemas; name its
path in openapi/minted.yaml, run `python -m codegen generate`, and commit what changed. A new tag gives a new
resource.

To change a template or the version of a tool: run `python -m codegen generate` and
`python -m tests.codegen.emit.renew`, and read what it does to the golden files.
"""
