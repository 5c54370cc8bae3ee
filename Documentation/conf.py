# SPDX-License-Identifier: GPL-2.0-only
"""Sphinx configuration: `make doc` builds it in the test ground, with -W."""

project = "virtio-accel"
copyright = "the authors, GPL-2.0-only"
language = "en"

extensions = []
exclude_patterns = ["ABI", "_build"]
root_doc = "index"
highlight_language = "none"
nitpicky = True

html_theme = "alabaster"
html_theme_options = {
    "description": "a guest's cryptography on its host's crypto drivers",
    "page_width": "70em",
    "fixed_sidebar": True,
}
html_show_sphinx = False
html_copy_source = False
