# SPDX-License-Identifier: Apache-2.0
"""Hardware-faithful training, export and integer evaluation of spiking transformers."""
