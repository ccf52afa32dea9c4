# SPDX-License-Identifier: MIT
# Knobs and targets of threads and the scheduler: values that are words are checked here.

ifeq ($(filter $(or $(SCHED_POLICY),PRIO),RR PRIO),)
$(error SCHED_POLICY=$(SCHED_POLICY) is unknown; there are: RR PRIO)
endif
ifeq ($(filter $(or $(STACK_OVERFLOW),panic),panic kill),)
$(error STACK_OVERFLOW=$(STACK_OVERFLOW) is unknown; there are: panic kill)
endif
ifeq ($(filter $(or $(MUTEX_PI),1),0 1),)
$(error MUTEX_PI=$(MUTEX_PI) is unknown; there are: 0 1)
endif
