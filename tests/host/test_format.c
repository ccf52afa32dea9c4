/* SPDX-License-Identifier: MIT */
/*
 * The formatter, compared with the host's C library if C defines the result,
 * otherwise with fixed texts. The random part uses a fixed seed.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <lib/format.h>

#include "capture.h"

#define RANDOM_FORMATS 200000

static struct capture captured;

/* The extensions have their own test; here only the calls matter. */
void format_pointer_list(struct format_sink *sink, const void *list)
{
    (void)list;
    format_print(sink, "(list)");
}

void format_pointer_function(struct format_sink *sink, const void *function)
{
    (void)function;
    format_print(sink, "(function)");
}

void format_pointer_allocation(struct format_sink *sink, const void *block)
{
    (void)block;
    format_print(sink, "(allocation)");
}

/* Formats with both and compares. */
static void check(const char *format, ...)
{
    char expected[sizeof(captured.text)];
    struct format_sink sink = capture_start(&captured);
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(expected, sizeof(expected), format, arguments);
    va_end(arguments);
    va_start(arguments, format);
    format_vprint(&sink, format, arguments);
    va_end(arguments);
    assert_true(length >= 0);
    if (strcmp(captured.text, expected) != 0)
        print_error("format \"%s\"\n", format);
    assert_string_equal(captured.text, expected);
    assert_int_equal(captured.length, length);
    assert_int_equal(sink.written, length);
}

/* Formats and compares with a fixed text. */
static void check_text(const char *expected, const char *format, ...)
{
    struct format_sink sink = capture_start(&captured);
    va_list arguments;

    va_start(arguments, format);
    format_vprint(&sink, format, arguments);
    va_end(arguments);
    assert_string_equal(captured.text, expected);
    assert_int_equal(sink.written, strlen(expected));
}

static void test_plain_text(void **state)
{
    (void)state;
    check_text("", "");
    check_text("no conversion\n", "no conversion\n");
    check_text("100%", "100%%");
    check_text("%%", "%%%%");
    check_text("a%b%c", "a%%b%%c");
}

static void test_extremes(void **state)
{
    (void)state;
    check_text("0 -1 2147483647 -2147483648", "%d %i %d %d", 0, -1, INT_MAX, INT_MIN);
    check_text("4294967295 ffffffff FFFFFFFF 37777777777", "%u %x %X %o", UINT_MAX, UINT_MAX,
               UINT_MAX, UINT_MAX);
    check_text("9223372036854775807 -9223372036854775808", "%lld %lld", LLONG_MAX, LLONG_MIN);
    check_text("18446744073709551615 ffffffffffffffff 1777777777777777777777", "%llu %llx %llo",
               ULLONG_MAX, ULLONG_MAX, ULLONG_MAX);
    check("%ld %ld %lu %lx", LONG_MAX, LONG_MIN, ULONG_MAX, ULONG_MAX);
    check("%zu %zx %zd %td", SIZE_MAX, SIZE_MAX, (size_t)PTRDIFF_MAX, PTRDIFF_MIN);
    check("%tu %tx", PTRDIFF_MIN, PTRDIFF_MIN);
    check("%jd %jd %ju %jx", INTMAX_MAX, INTMAX_MIN, UINTMAX_MAX, UINTMAX_MAX);
    check("%hhd %hhd %hhu %hhx %hd %hd %hu %hX", 127, 128, 256 + 255, 255, 32767, 32768, 65536 + 9,
          65535);
}

/* The powers of ten and their neighbours exercise every carry of the long division. */
static void test_decimal_boundaries(void **state)
{
    unsigned long long power = 1;

    (void)state;
    for (int i = 0; i < 20; i++, power *= 10) {
        check("%llu %llu %llu", power - 1, power, power + 1);
        check("%lld %lld", -(long long)power, (long long)(power - 1));
    }
    for (int bit = 0; bit < 64; bit++) {
        power = 1ull << bit;
        check("%llu %llu %llx %llo", power - 1, power, power, power);
    }
}

static void test_flags(void **state)
{
    (void)state;
    check("[%5d][%-5d][%05d][%+d][% d][%+5d][%-+5d][% 05d]", 42, 42, 42, 42, 42, 42, 42, 42);
    check("[%5d][%-5d][%05d][%+d][% d][%+5d][%-+5d][% 05d]", -42, -42, -42, -42, -42, -42, -42,
          -42);
    check("[%8x][%-8x][%08x][%#x][%#10x][%#010x][%-#10x][%#X]", 0xbeef, 0xbeef, 0xbeef, 0xbeef,
          0xbeef, 0xbeef, 0xbeef, 0xbeef);
    check("[%#x][%#X][%#o][%#.0o][%#5o][%#o]", 0, 0, 0, 0, 8, 8);
    check("[%.0d][%.d][%.3d][%8.3d][%-8.3d][%08.3d][%.0x]", 0, 0, 7, 7, 7, 7, 0);
    check("[%2d][%1d][%0d]", 12345, 12345, 12345);
    check("[%*d][%-*d][%*d][%.*d][%.*d]", 6, 1, 6, 2, -6, 3, 4, 5, -4, 6);
    check("[%300d][%-300d][%0300d][%.300d]", 1, 2, 3, 4);
    /* A negative precision counts as none: it neither hides a 0 nor disables the 0 flag. */
    check("[%.*d][%06.*d]", -1, 0, -1, 7);
}

static void test_characters_and_strings(void **state)
{
    static const char unterminated[3] = {'a', 'b', 'c'};

    (void)state;
    check("[%c][%3c][%-3c]", 'a', 'b', 'c');
    check("[%s][%6s][%-6s][%2s][%.2s][%6.2s][%-6.2s][%.0s][%.s]", "text", "text", "text", "text",
          "text", "text", "text", "text", "text");
    check("[%s][%3s]", "", "");
    check("[%.*s][%*.*s][%.*s]", 2, "text", -6, 3, "text", -1, "text");
    /* ASan detects a read of one character too many. */
    check("[%.3s][%.*s]", unterminated, 2, unterminated);
    check_text("(null)", "%s", (char *)NULL);
    check_text("[  (null)][(null)  ][(null)]", "[%8s][%-8s][%.2s]", (char *)NULL, (char *)NULL,
               (char *)NULL);

    struct format_sink sink = capture_start(&captured);

    format_print(&sink, "a%cb", '\0');
    assert_memory_equal(captured.text, "a\0b", 4);
    assert_int_equal(sink.written, 3);
}

static void test_pointers(void **state)
{
    (void)state;
    check_text("0x0", "%p", NULL);
    check_text("0x1234abcd", "%p", (void *)(uintptr_t)0x1234abcd);
    check_text("[    0x12ab][0x12ab    ][0x000012ab]", "[%10p][%-10p][%010p]",
               (void *)(uintptr_t)0x12ab, (void *)(uintptr_t)0x12ab, (void *)(uintptr_t)0x12ab);
    check("%p", (void *)UINTPTR_MAX);
    check_text("0x10X 0x10l", "%pX %pl", (void *)(uintptr_t)16, (void *)(uintptr_t)16);
    check_text("0x10(list)F 0x10(function)L 0x0(allocation) L", "%pLF %pFL %pA L",
               (void *)(uintptr_t)16, (void *)(uintptr_t)16, NULL);
}

/* Arguments of different sizes in one call are read in the right order. */
static void test_mixed_arguments(void **state)
{
    (void)state;
    check("%d %lld %s %c %llu %hhd %p %zu %x|%5s|%%|%-4d|", -1, LLONG_MIN, "mixed", 'z', ULLONG_MAX,
          300, (void *)&captured, (size_t)17, 0xabcu, "end", 12);
    check("%*lld|%d|%-*.*s|%d", 25, LLONG_MIN, 1, 8, 2, "xyz", 2);
}

/* Each prints itself, and so does everything after it; reading the arguments would crash. */
static void test_unknown_conversions(void **state)
{
    static const char *const bad[] = {
        "%",     "%5",    "%l",  "%ll",  "%hh",   "%-",    "%+",     "%#",    "%.",   "%.5",
        "%*",    "%*.*",  "% ",  "%0",   "%-08",  "%h",    "%z",     "%q",    "%n",   "%f",
        "%e",    "%a",    "%ls", "%lc",  "%lp",   "%hs",   "%hhp",   "%lll",  "%5%",  "%-5%",
        "%k d",  "%\n",   "%D",  "%U",   "%zzd",  "%hhhd", "%.-1d",  "%**d",  "%5*d", "%1$d",
        "%\xff", "%llld", "%Lf", "%hld", "%n %s", "%k%s",  "%f%d%s", "%lz%s", "%q%%", "%v%c%s%n"};
    struct format_sink sink;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[64];

        check_text(bad[i], bad[i], (char *)1, (char *)1, (char *)1);
        snprintf(text, sizeof(text), "before %s", bad[i]);
        check_text(text, text, (char *)1, (char *)1, (char *)1);
    }
    check_text("5%", "%lld%", 5ll);
    check_text("1 %y %d %s %%", "%d %y %d %s %%", 1, (char *)1, (char *)1);

    /* %n must not write. */
    int untouched = 77;
    const char *count_format = "%d%n";

    sink = capture_start(&captured);
    format_print(&sink, count_format, 1, &untouched);
    assert_string_equal(captured.text, "1%n");
    assert_int_equal(untouched, 77);
}

/* Formats, and compares the length and the last character. */
static void check_length(size_t expected, char last, const char *format, ...)
{
    struct format_sink sink = capture_start(&captured);
    va_list arguments;

    va_start(arguments, format);
    format_vprint(&sink, format, arguments);
    va_end(arguments);
    assert_int_equal(sink.written, expected);
    assert_int_equal(captured.length, expected);
    assert_int_equal(captured.text[expected - 1], last);
}

static void test_field_limit(void **state)
{
    static char text[12001];

    (void)state;
    check("%9999d", 1);
    check("%.9999d", 1);
    check("%-9999s|", "x");
    check_text("far beyond an int", "%.99999999999s", "far beyond an int");
    check_length(9999, '1', "%99999999999999999999d", 1);
    check_length(9999, '1', "%10000d", 1);
    check_length(9999, '1', "%*d", INT_MAX, 1);
    check_length(10000, '|', "%*d|", INT_MIN, 1);
    check_length(10000, '1', "%+.*d", INT_MAX, 1);
    check_length(1, '1', "%.*d", INT_MIN, 1);
    /* The output is not limited, only the padding. */
    memset(text, 'x', sizeof(text) - 1);
    check("%20s", text);
    check("%-20s|", text);
    check("%.11000s", text);
}

/* xorshift64*, so that every host and compiler tests the same formats. */
static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint64_t random_bits(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1du;
}

static unsigned random_below(unsigned limit)
{
    return (unsigned)(random_bits() >> 33) % limit;
}

/* Small numbers, large ones, and the extremes, of either sign. */
static unsigned long long random_value(void)
{
    unsigned long long value = random_bits() >> random_below(64);

    switch (random_below(6)) {
    case 0:
        return 0 - value;
    case 1:
        return 0;
    case 2:
        return 1ull << random_below(64);
    case 3:
        return (1ull << random_below(64)) - 1;
    default:
        return value;
    }
}

static const char *const lengths[] = {"", "hh", "h", "l", "ll", "z", "t", "j"};

static void check_integer(const char *format, unsigned length, unsigned long long value)
{
    switch (length) {
    case 3:
        check(format, (unsigned long)value);
        break;
    case 4:
        check(format, value);
        break;
    case 5:
        check(format, (size_t)value);
        break;
    case 6:
        check(format, (ptrdiff_t)value);
        break;
    case 7:
        check(format, (uintmax_t)value);
        break;
    default:
        check(format, (unsigned)value);
        break;
    }
}

/* Appends flags from a set, a width and a precision. */
static char *random_fields(char *at, const char *flags)
{
    for (unsigned i = random_below(4); i > 0 && *flags != '\0'; i--)
        *at++ = flags[random_below((unsigned)strlen(flags))];
    if (random_below(2) != 0)
        at += sprintf(at, "%u", 1 + random_below(40));
    if (random_below(3) == 0)
        at += random_below(5) == 0 ? sprintf(at, ".") : sprintf(at, ".%u", random_below(30));
    return at;
}

/* Only combinations whose result C defines. */
static void test_random_against_host(void **state)
{
    static const char letters[] = "diuxXo";
    static char text[64];

    (void)state;
    for (int i = 0; i < RANDOM_FORMATS; i++) {
        char format[64] = "<%";
        char *at = format + 2;
        unsigned kind = random_below(8);

        if (kind == 0) {
            at = random_fields(at, "-");
            strcpy(at, "s>");
            unsigned length = random_below(sizeof(text) - 1);

            memset(text, 'a' + (int)random_below(26), length);
            text[length] = '\0';
            check(format, text);
        } else if (kind == 1) {
            sprintf(at, "%s%uc>", random_below(2) ? "-" : "", 1 + random_below(30));
            check(format, (int)(' ' + random_below(90)));
        } else {
            char letter = letters[random_below(6)];
            unsigned length = random_below(8);

            at = random_fields(at, letter == 'd' || letter == 'i' ? "-0+ "
                                   : letter == 'u'                ? "-0"
                                                                  : "-0#");
            sprintf(at, "%s%c>", lengths[length], letter);
            check_integer(format, length, random_value());
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_text),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_decimal_boundaries),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_characters_and_strings),
        cmocka_unit_test(test_pointers),
        cmocka_unit_test(test_mixed_arguments),
        cmocka_unit_test(test_unknown_conversions),
        cmocka_unit_test(test_field_limit),
        cmocka_unit_test(test_random_against_host),
    };

    return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
