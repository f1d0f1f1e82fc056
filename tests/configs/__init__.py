"""Tests of the shipped rule data: what is in `configs/` keeps the promises of its file heads."""
