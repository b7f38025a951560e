# SPDX-License-Identifier: Apache-2.0
"""Energy, latency and area beside the figures of the paper (make energy)."""
