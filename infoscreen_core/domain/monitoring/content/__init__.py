"""Whether screens show what was published for them: states, the rule, and words."""
