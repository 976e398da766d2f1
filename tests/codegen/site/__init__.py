"""A made-up documentation site in the form that Apidog publishes: pages made from a spec, and a server."""
