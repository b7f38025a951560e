# SPDX-License-Identifier: Apache-2.0
"""Speed of the reference: `make bench`."""
