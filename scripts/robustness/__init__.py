# SPDX-License-Identifier: Apache-2.0
"""The paper's networks at full size on the simulated chip (make paper-scale)."""
