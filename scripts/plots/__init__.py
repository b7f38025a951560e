# SPDX-License-Identifier: Apache-2.0
"""Pictures of what the chip does (make plots)."""
