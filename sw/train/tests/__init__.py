# SPDX-License-Identifier: Apache-2.0
"""Fast unit tests of the training room (python3 -m unittest discover -s sw/train/tests -t .)."""
