"""What the API shows and takes: one module per resource. Names here are those of the OpenAPI document."""
