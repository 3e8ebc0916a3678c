"""How cases are found by their words: what is written down (`writing`), and what is asked (`asking`)."""
