"""Documentation to facts: in go pages as their bytes, from a site or from files, out come `PageFacts`.

A page is Markdown with the OpenAPI document of one endpoint in a fence: `site` and `fetching` get it,
`markdown` finds the document, `hostile_yaml` and `document` read what a stranger wrote, `operation` and
`schemas` say what it and its examples mean, `examples` merges what several pages do.
What a page leaves open stays open: never a guess.
"""
