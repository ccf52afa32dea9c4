/* SPDX-License-Identifier: MIT */
/* Layout of the kernel image: that of all ports with page permissions. */
#include <arch/impl/mmu.h>

#include "src/layout.h"

#include "../shared/image.lds.S"

/* For the header of the image (start.S). */
_image_offset = LINK_BASE & 0x1fffff;
_image_bytes = _kernel_end - _kernel_start;
