/* SPDX-License-Identifier: MIT */
/* Layout of the kernel image: that of all ports with page permissions. */
#include <arch/impl/mmu.h>

#include "src/layout.h"

#if CONFIG_COURSE /* no translation, so no page permissions */
#define IMAGE_ALIGN 16
#endif

#include "../shared/image.lds.S"
