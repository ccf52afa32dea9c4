# SPDX-License-Identifier: MIT
# Only one make at a time may write to a build folder. A make that is to build there runs a second one, which holds the
# folder's lock and knows it by the knob LOCKED:
#   $(call locked,FOLDER) GOALS     a recipe line

dry_run := $(findstring n,$(firstword -$(MAKEFLAGS)))
locked = +$(if $(dry_run),,scripts/lock.sh $(1)) $(MAKE) --no-print-directory LOCKED=$(1)
