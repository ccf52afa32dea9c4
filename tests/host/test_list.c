/* SPDX-License-Identifier: MIT */
/*
 * The list: every operation, compared with an array as a model, and the misuse
 * that its asserts must detect.
 */
#define KERNEL_DEBUG 1

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <adt/list.h>

struct item {
    int value;
    link_t link;
    link_t other;
};

#define ITEMS 8

static struct item items[ITEMS];
static list_t list;
static jmp_buf panicked;
static bool panic_expected;

void debug_panic(const char *file, int line, const char *function, const char *format, ...)
{
    if (panic_expected)
        longjmp(panicked, 1);
    fail_msg("%s:%d %s: %s", file, line, function, format);
    abort();
}

/* The statement must trip an assert. */
#define ASSERT_PANICS(statement)                       \
    do {                                               \
        panic_expected = true;                         \
        if (setjmp(panicked) == 0) {                   \
            statement;                                 \
            panic_expected = false;                    \
            fail_msg("%s was not caught", #statement); \
        }                                              \
        panic_expected = false;                        \
    } while (0)

static int setup(void **state)
{
    (void)state;
    list_init(&list);
    for (int i = 0; i < ITEMS; i++) {
        items[i].value = i;
        link_init(&items[i].link);
        link_init(&items[i].other);
    }
    return 0;
}

/* The list holds exactly these values in this order, forwards and backwards. */
static void check_values(size_t count, const int values[])
{
    size_t n = 0;

    assert_int_equal(list_get_size(&list), count);
    assert_int_equal(list_is_empty(&list), count == 0);
    list_foreach (&list, struct item, link, it) {
        assert_true(n < count);
        assert_int_equal(it->value, values[n++]);
        assert_true(link_is_connected(&it->link));
    }
    assert_int_equal(n, count);
    for (link_t *at = list.head.prev; at != &list.head; at = at->prev)
        assert_int_equal(list_item(at, struct item, link)->value, values[--n]);
    assert_int_equal(n, 0);
}

#define CHECK(count, ...) check_values(count, (const int[]){__VA_ARGS__})

static void test_append_prepend_remove(void **state)
{
    (void)state;
    check_values(0, NULL);
    list_append(&list, &items[1].link);
    CHECK(1, 1);
    list_append(&list, &items[2].link);
    list_prepend(&list, &items[0].link);
    CHECK(3, 0, 1, 2);
    list_remove(&items[1].link);
    assert_false(link_is_connected(&items[1].link));
    CHECK(2, 0, 2);
    list_remove(&items[0].link);
    CHECK(1, 2);
    list_remove(&items[2].link);
    check_values(0, NULL);
    list_append(&list, &items[1].link);
    CHECK(1, 1);
}

static void test_pop_and_rotate(void **state)
{
    (void)state;
    assert_null(list_pop(&list));
    assert_null(list_rotate(&list));
    list_append(&list, &items[0].link);
    assert_ptr_equal(list_rotate(&list), &items[0].link);
    CHECK(1, 0);
    list_append(&list, &items[1].link);
    list_append(&list, &items[2].link);
    assert_ptr_equal(list_rotate(&list), &items[0].link);
    CHECK(3, 1, 2, 0);
    assert_ptr_equal(list_rotate(&list), &items[1].link);
    CHECK(3, 2, 0, 1);
    assert_ptr_equal(list_pop(&list), &items[2].link);
    assert_false(link_is_connected(&items[2].link));
    CHECK(2, 0, 1);
    assert_ptr_equal(list_pop(&list), &items[0].link);
    assert_ptr_equal(list_pop(&list), &items[1].link);
    assert_null(list_pop(&list));
}

/* An item in two lists at once. */
static void test_two_lists(void **state)
{
    list_t other;

    (void)state;
    list_init(&other);
    for (int i = 0; i < 3; i++) {
        list_append(&list, &items[i].link);
        list_prepend(&other, &items[i].other);
    }
    list_remove(&items[1].link);
    CHECK(2, 0, 2);
    assert_int_equal(list_get_size(&other), 3);
    int expected = 2;

    list_foreach (other, struct item, other, it)
        assert_int_equal(it->value, expected--);
    assert_int_equal(expected, -1);
}

static void test_foreach_forms(void **state)
{
    const list_t *constant = &list;
    int sum = 0;

    (void)state;
    list_foreach (list, struct item, link, it)
        sum += 1000;
    assert_int_equal(sum, 0);
    for (int i = 0; i < 4; i++)
        list_append(&list, &items[i].link);
    list_foreach (list, struct item, link, it)
        sum += it->value;
    list_foreach (&list, struct item, link, it)
        sum += it->value * 10;
    list_foreach (constant, struct item, link, it)
        sum += it->value * 100;
    assert_int_equal(sum, 666);
    /* Nested, with continue in one and break in the other. */
    sum = 0;
    list_foreach (&list, struct item, link, outer) {
        if (outer->value == 1)
            continue;
        list_foreach (&list, struct item, link, inner) {
            if (inner->value == 2)
                break;
            sum += outer->value * 10 + inner->value;
        }
    }
    assert_int_equal(sum, 0 + 1 + 20 + 21 + 30 + 31);
    sum = 0;
    list_foreach (&list, struct item, link, it) {
        sum++;
        if (it->value == 1)
            break;
    }
    assert_int_equal(sum, 2);
}

/* The body may remove and free the current item; ASan checks this. */
static void test_foreach_frees(void **state)
{
    int freed = 0;

    (void)state;
    for (int i = 0; i < 5; i++) {
        struct item *item = malloc(sizeof(*item));

        assert_non_null(item);
        item->value = i;
        link_init(&item->link);
        list_append(&list, &item->link);
    }
    list_foreach (&list, struct item, link, it) {
        list_remove(&it->link);
        assert_int_equal(it->value, freed++);
        free(it);
    }
    assert_int_equal(freed, 5);
    check_values(0, NULL);
}

/* Break after everything was freed: the walk must not read the next item. */
static void test_break_after_freeing_all(void **state)
{
    int turns = 0;

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct item *item = malloc(sizeof(*item));

        assert_non_null(item);
        link_init(&item->link);
        list_append(&list, &item->link);
    }
    list_foreach (&list, struct item, link, it) {
        link_t *link;

        turns++;
        while ((link = list_pop(&list)) != NULL)
            free(list_item(link, struct item, link));
        break;
    }
    assert_int_equal(turns, 1);
}

static void test_misuse(void **state)
{
    list_t other;

    (void)state;
    list_init(&other);
    list_append(&list, &items[0].link);
    list_append(&list, &items[1].link);
    ASSERT_PANICS(list_append(&list, &items[0].link));
    ASSERT_PANICS(list_prepend(&other, &items[1].link));
    ASSERT_PANICS(list_append(&list, NULL));
    ASSERT_PANICS(list_remove(NULL));
    ASSERT_PANICS(list_remove(&items[2].link));
    list_remove(&items[1].link);
    ASSERT_PANICS(list_remove(&items[1].link));
    CHECK(1, 0);
    list_append(&list, &items[1].link);
    items[0].link.next = &items[3].link;
    ASSERT_PANICS(list_remove(&items[0].link));
    ASSERT_PANICS(list_remove(&items[1].link));
    ASSERT_PANICS(list_pop(&list));
    setup(NULL);
    list_append(&list, &items[0].link);
    list.head.prev = &items[3].link;
    ASSERT_PANICS(list_append(&list, &items[1].link));
}

/* Random operations, compared with an array. */
static void test_against_model(void **state)
{
    int model[ITEMS];
    size_t count = 0;
    uint32_t random = 12345;

    (void)state;
    for (int turn = 0; turn < 20000; turn++) {
        random = random * 1664525u + 1013904223u;
        unsigned pick = (random >> 16) % ITEMS;
        size_t at = 0;

        while (at < count && model[at] != (int)pick)
            at++;
        if (at < count && (random >> 28) < 6) {
            list_remove(&items[pick].link);
            for (count--; at < count; at++)
                model[at] = model[at + 1];
        } else if (at < count) {
            assert_ptr_equal(list_rotate(&list), &items[model[0]].link);
            int first = model[0];

            for (size_t i = 0; i + 1 < count; i++)
                model[i] = model[i + 1];
            model[count - 1] = first;
        } else if ((random >> 28) < 8) {
            list_append(&list, &items[pick].link);
            model[count++] = (int)pick;
        } else {
            list_prepend(&list, &items[pick].link);
            for (size_t i = count++; i > 0; i--)
                model[i] = model[i - 1];
            model[0] = (int)pick;
        }
        check_values(count, model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_append_prepend_remove, setup),
        cmocka_unit_test_setup(test_pop_and_rotate, setup),
        cmocka_unit_test_setup(test_two_lists, setup),
        cmocka_unit_test_setup(test_foreach_forms, setup),
        cmocka_unit_test_setup(test_foreach_frees, setup),
        cmocka_unit_test_setup(test_break_after_freeing_all, setup),
        cmocka_unit_test_setup(test_misuse, setup),
        cmocka_unit_test_setup(test_against_model, setup),
    };

    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
