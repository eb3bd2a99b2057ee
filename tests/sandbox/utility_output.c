/*
 * The wording of what a utility prints (knob `wording`): a stream in the place of stdout that
 * changes the text on its way, so that no utility has to know.
 *
 *   crlf  database  blank_lines  upper  no_final_newline  noise  odd (database, blank_lines,
 *   crlf and zeros together)
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/utility.h"

struct dress {
	bool crlf, database, blank_lines, upper, no_final_newline;
	bool newline_owed;
};

static void
put(const char *s, size_t n)
{
	while (n > 0) {
		ssize_t k = write(1, s, n);

		if (k <= 0)
			return;
		s += k;
		n -= (size_t)k;
	}
}

static void
put_char(const struct dress *d, char c)
{
	if (c == '\n' && d->crlf)
		put("\r\n", 2);
	else if (c == '\n' && d->blank_lines)
		put("\n\n", 2);
	else
		put(&(char){ d->upper ? (char)toupper((unsigned char)c) : c }, 1);
}

static ssize_t
dressed_write(void *cookie, const char *buffer, size_t size)
{
	static const char from[] = "data store", to[] = "database";
	struct dress *d = cookie;
	size_t n = sizeof(from) - 1;

	for (size_t i = 0; i < size; i++) {
		if (d->newline_owed) {
			d->newline_owed = false;
			put_char(d, '\n');
		}
		if (d->database && i + n <= size &&
		    strncasecmp(buffer + i, from, n) == 0) {
			put(buffer[i] == 'D' ? "Database" : to, sizeof(to) - 1);
			i += n - 1;
		} else if (buffer[i] == '\n' && d->no_final_newline) {
			d->newline_owed = true;
		} else {
			put_char(d, buffer[i]);
		}
	}
	return (ssize_t)size;
}

void
utility_dress_output(const struct world *w)
{
	static struct dress d;
	char *wording = knob_text(w, NULL, "wording");
	bool odd;
	FILE *f;

	if (wording == NULL || *wording == '\0') {
		free(wording);
		return;
	}
	odd = strstr(wording, "odd") != NULL;
	d.crlf = odd || strstr(wording, "crlf") != NULL;
	d.database = odd || strstr(wording, "database") != NULL;
	d.blank_lines = odd || strstr(wording, "blank_lines") != NULL;
	d.upper = strstr(wording, "upper") != NULL;
	d.no_final_newline = strstr(wording, "no_final_newline") != NULL;
	if (strstr(wording, "noise") != NULL)
		for (int i = 0; i < 1024; i++)
			put("# sixty-three characters of noise, of no meaning for any reader\n",
			    64);
	if (strstr(wording, "warning") != NULL)
		fputs("Warning 20100: This connection required recovery\n", stderr);
	free(wording);
	f = fopencookie(&d, "w", (cookie_io_functions_t){ .write = dressed_write });
	if (f != NULL)
		stdout = f;
}
