"""The auditor: it looks at everything that is owed, every few seconds, and says what is late, stuck or forgotten.

`reading` counts, `judging` decides (pure), `auditor` keeps the finding and alarms the staff, `standing` tells pages
how things stand, `dead_man` tells somebody outside that all is well.
"""
