"""The words of Liaison: extracting, updating, checking and compiling them, with Babel only (L1).

Set-up compiles before Django can start, so nothing here imports Django.
"""
