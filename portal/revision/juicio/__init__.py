"""What a typed line is judged by: rules, repeats, ceilings, doubts; and what all of them do together."""
