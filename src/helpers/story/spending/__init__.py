"""Notebook 02: how much of the budget was not spent, is that unusual, what follows?"""
