# SPDX-License-Identifier: MIT
# The knobs of scripts/knobs.txt as make variables. Their values come from the command line or are defaults. Environment
# variables of the same names are removed, for make and for the commands that it runs.
#
#   $(call check_knobs)      stop if the command line contains a name or value that the table does not allow
#   $(call default_knobs)    set the knobs that have no value yet

KNOB_TABLE := LC_ALL=C awk -f scripts/knobs.awk scripts/knobs.txt
$(foreach word,$(shell $(KNOB_TABLE) list),$(eval $(word)))
# Also names that makefiles set conditionally.
$(foreach v,$(filter $(KNOBS) BOARD_% ARCH_% HOST_% BENCH_% KTEST_% DEFAULT_% RANGE_% CALLGRAPH_FLAGS COURSE_INCLUDES,$(.VARIABLES)),\
    $(if $(findstring environment,$(origin $(v))),$(eval override undefine $(v))))

# CPU and board override the table.
knob_range = $(or $(RANGE_$(1)),$(BOARD_$(1)_RANGE),$(ARCH_$(1)_RANGE))
knob_default = $(or $(BOARD_$(1)),$(ARCH_$(1)),$(DEFAULT_$(1)))
knob_facts = board:BOARD=$(BOARD) $(foreach k,$(KNOBS),$(addprefix range:$(k)=,$(call knob_range,$(k))) default:$(k)=$(call knob_default,$(k)))

comma := ,
empty :=
comma_list = $(subst $(empty) $(empty),$(comma),$(1))
quoted = '$(subst ','\'',$(1))'
KNOBS_GIVEN := $(filter-out MAKEFLAGS SHELL,$(foreach v,$(.VARIABLES),$(if $(filter command,$(origin $(v))),$(v))))
knob_given = $(foreach k,$(KNOBS_GIVEN),$(call quoted,given:$(k)=$(value $(k))))
# Sizes come back without K, M or G.
check_knobs = $(if $(KNOBS_GIVEN),$(call take_checked,$(shell $(KNOB_TABLE) check $(knob_facts) $(knob_given))))
take_checked = $(if $(filter error,$(firstword $(1))),$(error $(wordlist 2,$(words $(1)),$(1))))$(foreach \
    word,$(1),$(eval override $(word)))

default_knobs = $(foreach k,$(KNOBS),$(if $(call knob_default,$(k)),$(eval $(k) ?= $(call knob_default,$(k)))))
