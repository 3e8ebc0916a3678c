"""What Django itself shows and reads (forms, templates of others); our pages use `liaison.lib.dates`."""
