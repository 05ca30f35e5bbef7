"""Tables in, tables out: execution of the budget, adoption of the outcome, payees."""
