"""Who may ask what, how often and how much: keys, tokens, rates and limits."""
