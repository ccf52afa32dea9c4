/* SPDX-License-Identifier: MIT */
/*
 * The formatter. Each conversion is first parsed completely (parse), then its
 * arguments are fetched (fetch_*), then it is printed. An invalid conversion
 * therefore fetches no argument. All integers are widened to 64 bits, which
 * costs a little on 32-bit machines but needs only one path. The sink is
 * written to in small pieces; a sink with a high cost per call should buffer.
 */
#include <lib/format.h>

#include <config/print_nil.h>
#include <config/print_pointer_extensions.h>

#include <stdbool.h>
#include <stdint.h>

/* More padding than this is a mistake, and would block the machine for long. */
#define FIELD_LIMIT 9999

/* Digits of a 64-bit number in octal. */
#define DIGITS_MAX 22

enum length { LENGTH_NONE, LENGTH_HH, LENGTH_H, LENGTH_L, LENGTH_LL, LENGTH_Z, LENGTH_T, LENGTH_J };

struct conversion {
    bool left;
    bool zero;
    bool plus;
    bool space;
    bool alternate;
    bool width_is_argument;
    bool precision_is_argument;
    bool has_precision;
    int width;
    int precision;
    enum length length;
    char letter;
};

/* A va_list in a struct, which can be passed by address even if va_list is an array. */
struct arguments {
    va_list list;
};

/* Pass text to the sink as it is. */
static void format_write(struct format_sink *sink, const char *text, size_t count)
{
    if (count == 0)
        return;
    sink->write(sink->context, text, count);
    sink->written += count;
}

static void write_repeated(struct format_sink *sink, char c, int count)
{
    const char piece[8] = {c, c, c, c, c, c, c, c};

    for (; count >= (int)sizeof(piece); count -= (int)sizeof(piece))
        format_write(sink, piece, sizeof(piece));
    if (count > 0)
        format_write(sink, piece, (size_t)count);
}

/* Reads digits, possibly none; stops at __INT_MAX__ instead of wrapping. */
static const char *parse_number(const char *at, int *number)
{
    *number = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        int digit = *at - '0';

        *number = *number > (__INT_MAX__ - digit) / 10 ? __INT_MAX__ : *number * 10 + digit;
    }
    return at;
}

static const char *parse_flags(const char *at, struct conversion *conversion)
{
    for (;; at++) {
        switch (*at) {
        case '-':
            conversion->left = true;
            break;
        case '0':
            conversion->zero = true;
            break;
        case '+':
            conversion->plus = true;
            break;
        case ' ':
            conversion->space = true;
            break;
        case '#':
            conversion->alternate = true;
            break;
        default:
            return at;
        }
    }
}

static const char *parse_field(const char *at, int *number, bool *is_argument)
{
    if (*at != '*')
        return parse_number(at, number);
    *is_argument = true;
    return at + 1;
}

static const char *parse_length(const char *at, enum length *length)
{
    switch (*at) {
    case 'h':
        *length = at[1] == 'h' ? LENGTH_HH : LENGTH_H;
        return at + (*length == LENGTH_HH ? 2 : 1);
    case 'l':
        *length = at[1] == 'l' ? LENGTH_LL : LENGTH_L;
        return at + (*length == LENGTH_LL ? 2 : 1);
    case 'z':
        *length = LENGTH_Z;
        return at + 1;
    case 't':
        *length = LENGTH_T;
        return at + 1;
    case 'j':
        *length = LENGTH_J;
        return at + 1;
    default:
        *length = LENGTH_NONE;
        return at;
    }
}

/* Parses a conversion after its '%'. Returns the place after it, or NULL if it is invalid. */
static const char *parse(const char *at, struct conversion *conversion)
{
    *conversion = (struct conversion){.left = false};
    at = parse_flags(at, conversion);
    at = parse_field(at, &conversion->width, &conversion->width_is_argument);
    if (*at == '.') {
        conversion->has_precision = true;
        at = parse_field(at + 1, &conversion->precision, &conversion->precision_is_argument);
    }
    at = parse_length(at, &conversion->length);
    conversion->letter = *at;
    switch (*at) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
        return at + 1;
    case 'c':
    case 's':
    case 'p':
        return conversion->length == LENGTH_NONE ? at + 1 : NULL;
    default:
        return NULL;
    }
}

/* Fetches the values of '*', interprets negative ones as C does, and applies the limit. */
static void fetch_fields(struct conversion *conversion, struct arguments *arguments)
{
    if (conversion->width_is_argument) {
        int width = va_arg(arguments->list, int);

        if (width < 0) {
            conversion->left = true;
            width = width < -FIELD_LIMIT ? FIELD_LIMIT : -width;
        }
        conversion->width = width;
    }
    if (conversion->precision_is_argument) {
        conversion->precision = va_arg(arguments->list, int);
        conversion->has_precision = conversion->precision >= 0;
    }
    if (conversion->width > FIELD_LIMIT)
        conversion->width = FIELD_LIMIT;
}

static uint64_t fetch_unsigned(enum length length, struct arguments *arguments)
{
    switch (length) {
    case LENGTH_HH:
        return (unsigned char)va_arg(arguments->list, unsigned);
    case LENGTH_H:
        return (unsigned short)va_arg(arguments->list, unsigned);
    case LENGTH_L:
        return va_arg(arguments->list, unsigned long);
    case LENGTH_LL:
        return va_arg(arguments->list, unsigned long long);
    case LENGTH_Z:
        return va_arg(arguments->list, size_t);
    case LENGTH_T:
        return (size_t)va_arg(arguments->list, ptrdiff_t);
    case LENGTH_J:
        return va_arg(arguments->list, uintmax_t);
    default:
        return va_arg(arguments->list, unsigned);
    }
}

static int64_t fetch_signed(enum length length, struct arguments *arguments)
{
    switch (length) {
    case LENGTH_HH:
        return (signed char)va_arg(arguments->list, int);
    case LENGTH_H:
        return (short)va_arg(arguments->list, int);
    case LENGTH_L:
        return va_arg(arguments->list, long);
    case LENGTH_LL:
        return va_arg(arguments->list, long long);
    case LENGTH_Z:
    case LENGTH_T: /* %zd takes the signed type of size_t's width */
        return va_arg(arguments->list, ptrdiff_t);
    case LENGTH_J:
        return va_arg(arguments->list, intmax_t);
    default:
        return va_arg(arguments->list, int);
    }
}

/*
 * *value /= 10, returning the remainder: long division with digits of 32, 16
 * and 16 bits, because a 64-bit division is a call into the compiler's runtime
 * library on 32-bit machines.
 */
static unsigned divide_by_ten(uint64_t *value)
{
    uint32_t high = (uint32_t)(*value >> 32);
    uint32_t low = (uint32_t)*value;
    uint32_t middle_part = (high % 10) << 16 | low >> 16;
    uint32_t low_part = (middle_part % 10) << 16 | (low & 0xffff);

    *value = (uint64_t)(high / 10) << 32 | (middle_part / 10) << 16 | low_part / 10;
    return low_part % 10;
}

/* Writes the digits at the end of the buffer; none for 0. Returns their number. */
static int make_digits(char digits[DIGITS_MAX], uint64_t value, char letter)
{
    const char *symbols = letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    int count = 0;

    while (value != 0) {
        unsigned digit;

        /* Shifts by constants: a variable shift is another runtime call. */
        if (letter == 'x' || letter == 'X') {
            digit = value & 15;
            value >>= 4;
        } else if (letter == 'o') {
            digit = value & 7;
            value >>= 3;
        } else {
            digit = divide_by_ten(&value);
        }
        count++;
        digits[DIGITS_MAX - count] = symbols[digit];
    }
    return count;
}

/* A number in its field: blanks, prefix, zeros, digits, blanks. */
static void print_number(struct format_sink *sink, const struct conversion *conversion,
                         uint64_t value, const char *prefix)
{
    char digits[DIGITS_MAX];
    int count = make_digits(digits, value, conversion->letter);
    int prefix_count = prefix[0] == '\0' ? 0 : prefix[1] == '\0' ? 1 : 2;
    int wanted = 1;

    if (conversion->has_precision)
        wanted = conversion->precision < FIELD_LIMIT ? conversion->precision : FIELD_LIMIT;
    else if (conversion->zero && !conversion->left)
        wanted = conversion->width - prefix_count;
    /* Without a precision, even 0 has one digit. */
    if (!conversion->has_precision && wanted < 1)
        wanted = 1;
    /* %#o requires a leading zero, unless there is one already. */
    if (conversion->letter == 'o' && conversion->alternate && wanted <= count)
        wanted = count + 1;

    int zeros = wanted > count ? wanted - count : 0;
    int blanks = conversion->width - prefix_count - zeros - count;

    if (!conversion->left)
        write_repeated(sink, ' ', blanks);
    format_write(sink, prefix, (size_t)prefix_count);
    write_repeated(sink, '0', zeros);
    format_write(sink, digits + DIGITS_MAX - count, (size_t)count);
    if (conversion->left)
        write_repeated(sink, ' ', blanks);
}

static void print_signed(struct format_sink *sink, const struct conversion *conversion,
                         int64_t value)
{
    const char *sign = value < 0 ? "-" : conversion->plus ? "+" : conversion->space ? " " : "";
    /* Negated as unsigned, because INT64_MIN has no positive counterpart. */
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    print_number(sink, conversion, magnitude, sign);
}

static void print_unsigned(struct format_sink *sink, const struct conversion *conversion,
                           uint64_t value)
{
    const char *prefix = "";

    if (conversion->alternate && value != 0 && conversion->letter == 'x')
        prefix = "0x";
    else if (conversion->alternate && value != 0 && conversion->letter == 'X')
        prefix = "0X";
    print_number(sink, conversion, value, prefix);
}

static void print_text(struct format_sink *sink, const struct conversion *conversion,
                       const char *text, size_t count)
{
    /* A count beyond FIELD_LIMIT needs no padding, and might not fit an int. */
    int blanks = count < FIELD_LIMIT ? conversion->width - (int)count : 0;

    if (!conversion->left)
        write_repeated(sink, ' ', blanks);
    format_write(sink, text, count);
    if (conversion->left)
        write_repeated(sink, ' ', blanks);
}

static void print_string(struct format_sink *sink, const struct conversion *conversion,
                         const char *text)
{
    bool limited = conversion->has_precision;
    size_t count = 0;

    if (text == NULL) {
        text = "(null)";
        limited = false;
    }
    /* With a precision, the text need not be terminated. */
    while (!(limited && count >= (size_t)conversion->precision) && text[count] != '\0')
        count++;
    print_text(sink, conversion, text, count);
}

/* Prints a pointer. Returns the place after the extension letter, if `at` is one. */
static const char *print_pointer(struct format_sink *sink, const struct conversion *conversion,
                                 const void *pointer, const char *at)
{
    struct conversion number = *conversion;

    number.letter = 'x';
    number.has_precision = false;
    if (CONFIG_PRINT_NIL && pointer == NULL)
        print_text(sink, conversion, "(nil)", 5);
    else
        print_number(sink, &number, (uintptr_t)pointer, "0x");
    switch (*at) {
    case 'L':
        format_pointer_list(sink, pointer);
        return at + 1;
#if CONFIG_PRINT_POINTER_EXTENSIONS
    case 'F':
        format_pointer_function(sink, pointer);
        return at + 1;
    case 'A':
        format_pointer_allocation(sink, pointer);
        return at + 1;
#endif
    default:
        return at;
    }
}

/* Prints one conversion; `at` is the place after it, as is the result. */
static const char *print_conversion(struct format_sink *sink, struct conversion *conversion,
                                    const char *at, struct arguments *arguments)
{
    char c;

    fetch_fields(conversion, arguments);
    switch (conversion->letter) {
    case 'c':
        c = (char)va_arg(arguments->list, int);
        print_text(sink, conversion, &c, 1);
        return at;
    case 's':
        print_string(sink, conversion, va_arg(arguments->list, const char *));
        return at;
    case 'p':
        return print_pointer(sink, conversion, va_arg(arguments->list, const void *), at);
    case 'd':
    case 'i':
        print_signed(sink, conversion, fetch_signed(conversion->length, arguments));
        return at;
    default:
        print_unsigned(sink, conversion, fetch_unsigned(conversion->length, arguments));
        return at;
    }
}

/* Writes up to the next '%' or the end, and returns that place. */
static const char *write_literal(struct format_sink *sink, const char *at, bool whole)
{
    size_t count = 0;

    while (at[count] != '\0' && (whole || at[count] != '%'))
        count++;
    format_write(sink, at, count);
    return at + count;
}

void format_vprint(struct format_sink *sink, const char *format, va_list arguments)
{
    struct arguments copy;
    const char *at = format;

    va_copy(copy.list, arguments);
    while (*at != '\0') {
        struct conversion conversion;
        const char *end;

        if (*at != '%') {
            at = write_literal(sink, at, false);
            continue;
        }
        if (at[1] == '%') {
            format_write(sink, at, 1);
            at += 2;
            continue;
        }
        end = parse(at + 1, &conversion);
        /* The arguments of the rest are unknown: print it unchanged. */
        at = end == NULL ? write_literal(sink, at, true)
                         : print_conversion(sink, &conversion, end, &copy);
    }
    va_end(copy.list);
}

void format_print(struct format_sink *sink, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    format_vprint(sink, format, arguments);
    va_end(arguments);
}
