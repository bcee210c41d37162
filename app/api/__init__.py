"""The HTTP service, one module per area; nothing here plans: it asks the live board and the pipeline."""
