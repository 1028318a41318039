"""What the OpenAPI document says beside routes and shapes: `openapi.py` puts it together.

A page for each of it: headers, errors, what requests look like, what answers look like, what paths and tags mean.
"""
