/* Text that grows, and how it is written. */
#include "tests/sandbox/oddtool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
text_add(struct odd_text *t, const char *s, size_t n)
{
	if (t->len + n + 1 > t->cap) {
		t->cap = 2 * (t->len + n + 1);
		t->s = realloc(t->s, t->cap);
		if (t->s == NULL)
			odd_die("memory");
	}
	memcpy(t->s + t->len, s, n);
	t->len += n;
	t->s[t->len] = '\0';
}

void
text_adds(struct odd_text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void
odd_put(int fd, const char *s, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, s, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			exit(1);
		s += k;
		n -= (size_t)k;
	}
}

void
text_replace(struct odd_text *t, const char *from, const char *to)
{
	struct odd_text r = { 0 };
	char *p = t->s, *at;

	while ((at = strcasestr(p, from)) != NULL) {
		text_add(&r, p, (size_t)(at - p));
		text_adds(&r, to);
		p = at + strlen(from);
	}
	text_adds(&r, p);
	free(t->s);
	*t = r;
}

bool
odd_starts(const char *s, const char *word)
{
	return strncasecmp(s, word, strlen(word)) == 0;
}
