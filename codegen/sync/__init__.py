"""The documentation beside the spec: in go facts and typed view, out come a report and edits of openapi/."""
