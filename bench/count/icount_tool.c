/* SPDX-License-Identifier: MIT */
/*
 * icount: a valgrind tool that counts guest instructions exactly and gives the
 * running total to the program under test through a client request (icount.h).
 *
 * Every instruction that VEX decodes leaves one IMark in the superblock. Before
 * each exit of the superblock, the tool adds the IMarks since the last one to a
 * counter, so the total is correct on every path. A string instruction with a
 * `rep` prefix counts once per iteration. Weaknesses: one total for all
 * threads, and speed (about 10 times slower than native).
 */
#include "pub_tool_basics.h"
#include "pub_tool_tooliface.h"
#include "pub_tool_libcbase.h"
#include "pub_tool_libcassert.h"
#include "pub_tool_options.h"

#define ICOUNT_TOOL_SIDE 1
#include "icount.h"

static ULong total;

/* Append "total += pending" to out. */
static void add_pending(IRSB *out, Int pending)
{
    IRExpr *address = mkIRExpr_HWord((HWord)&total);
    IRTemp before = newIRTemp(out->tyenv, Ity_I64);
    IRTemp after = newIRTemp(out->tyenv, Ity_I64);

    addStmtToIRSB(out, IRStmt_WrTmp(before, IRExpr_Load(Iend_LE, Ity_I64, address)));
    addStmtToIRSB(out, IRStmt_WrTmp(after, IRExpr_Binop(Iop_Add64, IRExpr_RdTmp(before),
                                                        IRExpr_Const(IRConst_U64(pending)))));
    addStmtToIRSB(out, IRStmt_Store(Iend_LE, address, IRExpr_RdTmp(after)));
}

static IRSB *instrument(VgCallbackClosure *closure, IRSB *in, const VexGuestLayout *layout,
                        const VexGuestExtents *extents, const VexArchInfo *arch, IRType guest_word,
                        IRType host_word)
{
    IRSB *out = deepCopyIRSBExceptStmts(in);
    Int pending = 0;

    (void)closure;
    (void)layout;
    (void)extents;
    (void)arch;
    (void)guest_word;
    (void)host_word;
    for (Int i = 0; i < in->stmts_used; i++) {
        IRStmt *statement = in->stmts[i];

        if (statement->tag == Ist_IMark)
            pending++;
        if (statement->tag == Ist_Exit && pending > 0) {
            add_pending(out, pending);
            pending = 0;
        }
        addStmtToIRSB(out, statement);
    }
    if (pending > 0)
        add_pending(out, pending);
    return out;
}

static Bool handle_request(ThreadId thread, UWord *args, UWord *result)
{
    (void)thread;
    if (args[0] != ICOUNT_READ)
        return False;
    *result = (UWord)total;
    return True;
}

static void post_init(void)
{
}

static void finish(Int exit_code)
{
    (void)exit_code;
}

static void pre_init(void)
{
    VG_(details_name)("icount");
    VG_(details_version)("1");
    VG_(details_description)("hands exact instruction counts to the program");
    VG_(details_copyright_author)("Cairn, MIT licence");
    VG_(details_bug_reports_to)("the Cairn maintainers");
    VG_(details_avg_translation_sizeB)(200);
    VG_(basic_tool_funcs)(post_init, instrument, finish);
    VG_(needs_client_requests)(handle_request);

    /*
     * VEX may merge "a && b" over two blocks and then execute the second one
     * speculatively, which would count instructions that the program skipped.
     * Without chasing it does not.
     */
    VG_(clo_vex_control).guest_chase = False;
    VG_(clo_vex_control).iropt_unroll_thresh = 0;
}

VG_DETERMINE_INTERFACE_VERSION(pre_init)
