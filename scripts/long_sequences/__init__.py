# SPDX-License-Identifier: Apache-2.0
"""What tiles that are shorter than the sequence cost."""
