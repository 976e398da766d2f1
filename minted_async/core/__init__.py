"""The hand-written machinery under the resources. It knows no resource; `core.transport` alone touches the
network.
"""
