/* SPDX-License-Identifier: MIT */
/* Layout of the kernel image: that of all ports with page permissions. */
#include <arch/impl/mmu.h>

#include "src/layout.h"

#include "../shared/image.lds.S"
