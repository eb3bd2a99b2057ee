/* Bounded copies, strict numbers, words, identifiers. */
#ifndef UD_COMMON_STR_H
#define UD_COMMON_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* Copies with truncation; dst is always terminated. Returns false when it was cut. */
bool str_copy(char *dst, size_t size, const char *src);

/* snprintf that may cut; dst is always terminated. */
void str_printf(char *dst, size_t size, const char *fmt, ...) UD_PRINTF(3, 4);

/* Whole string as a decimal number between min and max; anything else is false. */
bool str_to_int(const char *s, int64_t min, int64_t max, int64_t *ret_value);

bool str_equal(const char *a, const char *b); /* NULL equals NULL only */
bool str_equal_nocase(const char *a, const char *b);
bool str_starts(const char *s, const char *prefix);
bool str_starts_nocase(const char *s, const char *prefix);
const char *str_find_nocase(const char *hay, const char *needle);

/* Cuts white space at both ends, in place. Returns the new start inside s. */
char *str_trim(char *s);

/* Letters, digits, '-', '_', '.', at most max bytes, not empty, not '.' or '..': names
 * of pairs, members and hosts, which become file names and labels. */
bool str_is_name(const char *s, size_t max);

/* Calls each() for every line of text without its line end ("\n" or "\r\n"); stops when
 * each() returns false. The line is a private copy that each() may change. */
void str_each_line(const char *text, bool (*each)(char *line, void *arg), void *arg);

/* The next word of a list that is separated by blanks, of *ret_len bytes; the cursor is moved
 * behind it. NULL: there is none. */
const char *str_word(const char **cursor, size_t *ret_len);

/* Has the list (NULL: it has not) this word of len bytes? */
bool str_has_word(const char *list, const char *word, size_t len);

/* A list of strings that owns its memory; argv when ended by NULL (always is). */
struct str_list {
	char **items; /* items[count] is NULL once something was added */
	size_t count;
};
void str_list_add(struct str_list *list, const char *s);
void str_list_addf(struct str_list *list, const char *fmt, ...) UD_PRINTF(2, 3);
void str_list_copy(struct str_list *dst, const struct str_list *src); /* dst is empty */
/* The same words in the same order? */
bool str_list_equal(const struct str_list *a, const struct str_list *b);
void str_list_done(struct str_list *list); /* empty afterwards, may be used again */

#endif
