"""Tests of the pages in docs/ whose recipes and examples need more than Copydesk."""
