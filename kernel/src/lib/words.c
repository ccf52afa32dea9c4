/* SPDX-License-Identifier: MIT */
/*
 * Words of boot arguments.
 */
#include <lib/words.h>

#include <lib/string.h>

size_t word_next(const char **text, const char **word)
{
    const char *at = *text;

    while (*at == ' ')
        at++;
    *word = at;
    while (*at != ' ' && *at != '\0')
        at++;
    *text = at;
    return (size_t)(at - *word);
}

size_t word_value(const char *word, size_t length, const char *key)
{
    size_t key_length = strlen(key);

    if (length <= key_length || memcmp(word, key, key_length) != 0 || word[key_length] != '=')
        return 0;
    return key_length + 1;
}

bool word_number(const char *digits, size_t length, uint32_t *value)
{
    uint32_t number = 0;

    for (size_t i = 0; i < length; i++) {
        uint32_t digit = (uint32_t)(digits[i] - '0');

        if (digit > 9 || number > (UINT32_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    if (length == 0)
        return false;
    *value = number;
    return true;
}
