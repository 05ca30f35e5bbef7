"""Notebook 05: how good were past forecasts?"""
