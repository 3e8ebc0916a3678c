"""Lists of cases: what is wanted (`wanted`), which they are (`asking`), and how a row reads (`rows`)."""
