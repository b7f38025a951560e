# SPDX-License-Identifier: Apache-2.0
"""Symbol detection by learning in context: docs/icl.md defines the task."""
