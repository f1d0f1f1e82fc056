"""Defaults and rule data, shipped as package data."""
