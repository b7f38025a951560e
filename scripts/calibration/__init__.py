# SPDX-License-Identifier: Apache-2.0
"""How precise drift compensation is, and what it costs (make calibration)."""
