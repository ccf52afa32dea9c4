/* SPDX-License-Identifier: MIT */
/*
 * Backtraces without frame records: o32 has none, so the prologue before a pc
 * is read. `addiu sp, sp, -n` gives the frame's size, `sw ra, m(sp)` the
 * location of the return address. A "frame" is the stack pointer that belongs
 * to the pc.
 *
 * This is a heuristic. If the compiler moved a prologue into the middle of a
 * function, a caller may be missing or the chain may end early. Every address is checked before it
 * is read, and a return address is accepted only if a call precedes it.
 */
#include <arch/context.h>

#include <stddef.h>

#include "mips32.h"

#define ADDIU_SP_SP       0x27bd0000u
#define SW_RA_SP          0xafbf0000u
#define JR_RA             0x03e00008u
#define SCAN_INSTRUCTIONS 2048

/* The frame at a pc, according to the code before it. */
struct frame_layout {
    uintptr_t at;       /* the instruction that sets it up */
    uint32_t size;      /* bytes; 0: none set up */
    bool saved;         /* whether the return address is in the frame */
    uint32_t ra_offset; /* valid iff saved */
    bool returned; /* a `jr ra` lies between: the pc may belong to a function without a frame */
};

static bool in_text(uintptr_t pc)
{
    return pc % 4 == 0 && pc >= (uintptr_t)_text_start && pc < (uintptr_t)_text_end;
}

static uint32_t instruction_at(uintptr_t pc)
{
    return *(const uint32_t *)pc;
}

static bool is_call(uint32_t instruction)
{
    return instruction >> 26 == 3 ||                 /* jal */
           (instruction & 0xfc00003f) == 9 ||        /* jalr */
           (instruction & 0xfc1f0000) == 0x04110000; /* bal */
}

static bool follows_call(uintptr_t pc)
{
    return pc % 4 == 0 && in_text(pc - 8) && is_call(instruction_at(pc - 8));
}

/*
 * Whether the call that returns to `ra` called a function that begins after
 * `from` and at most at `pc`.
 */
static bool called_between(uintptr_t ra, uintptr_t from, uintptr_t pc)
{
    if (!follows_call(ra) || instruction_at(ra - 8) >> 26 != 3)
        return false;
    uintptr_t target = (ra & 0xf0000000) | (instruction_at(ra - 8) & 0x03ffffff) << 2;

    return target > from && target <= pc;
}

static struct frame_layout read_prologue(uintptr_t pc)
{
    struct frame_layout layout = {.size = 0};
    uintptr_t at = pc;

    for (unsigned i = 0; i < SCAN_INSTRUCTIONS && in_text(at - 4); i++) {
        at -= 4;
        uint32_t instruction = instruction_at(at);
        int16_t immediate = (int16_t)instruction;

        if ((instruction & 0xffff0000) == SW_RA_SP && !layout.saved) {
            layout.saved = true;
            layout.ra_offset = (uint16_t)immediate;
        } else if ((instruction & 0xffff0000) == ADDIU_SP_SP && immediate < 0) {
            layout.size = (uint32_t)-immediate;
            layout.at = at;
            return layout;
        } else if (instruction == JR_RA && at + 4 < pc) {
            layout.returned = true;
        }
    }
    return (struct frame_layout){.size = 0};
}

bool arch_unwind(uintptr_t low, uintptr_t high, uintptr_t *frame, uintptr_t *pc)
{
    const struct arch_context *trap = mips32_reported;
    /* Only at the interrupted instruction may the return address still be in its register. */
    bool top = trap != NULL && *pc == trap->pc && *frame == MIPS32_REG(trap, 29);

    if (!in_text(*pc) || *frame % 4 != 0)
        return false;
    struct frame_layout layout = read_prologue(*pc);

    /* The prologue belongs to another function, which need not end with a `jr ra`. */
    if (top && called_between(MIPS32_REG(trap, 31), layout.at, *pc))
        layout.returned = true;
    if (top && (layout.size == 0 || !layout.saved || layout.returned) &&
        follows_call(MIPS32_REG(trap, 31))) {
        *pc = MIPS32_REG(trap, 31);
        if (!layout.returned)
            *frame += layout.size;
        return true;
    }
    uintptr_t slot = *frame + layout.ra_offset;

    if (!layout.saved || slot < low || high - low < 4 || slot > high - 4)
        return false;
    uintptr_t caller = *(const uint32_t *)slot;

    if (!follows_call(caller))
        return false;
    *pc = caller;
    *frame += layout.size;
    return true;
}
