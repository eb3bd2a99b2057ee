#include "config.h"

#include "common/str.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

bool
str_copy(char *dst, size_t size, const char *src)
{
	size_t len = strlen(src);
	size_t kept = len < size ? len : size - 1;

	memcpy(dst, src, kept);
	dst[kept] = '\0';
	return kept == len;
}

void
str_printf(char *dst, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(dst, size, fmt, ap) < 0)
		dst[0] = '\0';
	va_end(ap);
}

bool
str_to_int(const char *s, int64_t min, int64_t max, int64_t *ret_value)
{
	const char *digits = *s == '-' ? s + 1 : s;
	intmax_t value;
	char *end;

	if (*digits < '0' || *digits > '9')
		return false; /* strtoimax would accept spaces and '+' */
	errno = 0;
	value = strtoimax(s, &end, 10);
	if (errno != 0 || *end != '\0' || value < min || value > max)
		return false;
	*ret_value = value;
	return true;
}

bool
str_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool
str_equal_nocase(const char *a, const char *b)
{
	return a && b ? strcasecmp(a, b) == 0 : a == b;
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_starts_nocase(const char *s, const char *prefix)
{
	return strncasecmp(s, prefix, strlen(prefix)) == 0;
}

const char *
str_find_nocase(const char *hay, const char *needle)
{
	return strcasestr(hay, needle);
}

char *
str_trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return s;
}

bool
str_is_name(const char *s, size_t max)
{
	static const char accepted[] = "abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	size_t len = strlen(s);

	if (len == 0 || len > max || strspn(s, accepted) != len)
		return false;
	return strcmp(s, ".") != 0 && strcmp(s, "..") != 0;
}

void
str_each_line(const char *text, bool (*each)(char *line, void *arg), void *arg)
{
	bool more = true;

	while (more && *text) {
		size_t len = strcspn(text, "\n");
		size_t kept = len > 0 && text[len] == '\n' && text[len - 1] == '\r'
		    ? len - 1
		    : len;
		char *line = mem_strndup(text, kept);

		more = each(line, arg);
		free(line);
		text += text[len] == '\n' ? len + 1 : len;
	}
}

const char *
str_word(const char **cursor, size_t *ret_len)
{
	const char *word = *cursor + strspn(*cursor, " ");

	*ret_len = strcspn(word, " ");
	*cursor = word + *ret_len;
	return *ret_len > 0 ? word : NULL;
}

bool
str_has_word(const char *list, const char *word, size_t len)
{
	const char *is;
	size_t n;

	while (list != NULL && (is = str_word(&list, &n)) != NULL)
		if (n == len && strncmp(is, word, n) == 0)
			return true;
	return false;
}

static void
list_add_owned(struct str_list *list, char *s)
{
	list->items = mem_array(list->items, list->count + 2, sizeof(*list->items));
	list->items[list->count++] = s;
	list->items[list->count] = NULL;
}

void
str_list_add(struct str_list *list, const char *s)
{
	list_add_owned(list, mem_strdup(s));
}

void
str_list_addf(struct str_list *list, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = mem_vprintf(fmt, ap);
	va_end(ap);
	list_add_owned(list, s);
}

void
str_list_copy(struct str_list *dst, const struct str_list *src)
{
	size_t i;

	*dst = (struct str_list){ 0 };
	for (i = 0; i < src->count; i++)
		str_list_add(dst, src->items[i]);
}

bool
str_list_equal(const struct str_list *a, const struct str_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!str_equal(a->items[i], b->items[i]))
			return false;
	return true;
}

void
str_list_done(struct str_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct str_list){ 0 };
}
