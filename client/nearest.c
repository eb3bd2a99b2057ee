#include "config.h"

#include "client/nearest.h"

#include <string.h>

#include "common/error.h"
#include "common/str.h"

#define LONGEST  32
#define FARTHEST 2

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edit distance by one row of the table (Wagner and Fischer). */
static size_t
distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], i, j, diagonal, above;
	size_t len = strlen(b);

	if (len > LONGEST || strlen(a) > LONGEST)
		return LONGEST;
	for (j = 0; j <= len; j++)
		row[j] = j;
	for (i = 1; a[i - 1] != '\0'; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= len; j++) {
			above = row[j];
			row[j] = least(above + 1, row[j - 1] + 1,
			    diagonal + (a[i - 1] != b[j - 1] ? 1 : 0));
			diagonal = above;
		}
	}
	return row[len];
}

const char *
nearest(const char *word, const char *const *names, size_t count)
{
	const char *found = NULL;
	size_t i, far, best = FARTHEST + 1;

	for (i = 0; i < count; i++) {
		far = distance(word, names[i]);
		if (far > 1 && strlen(word) > 2 && str_starts(names[i], word))
			far = 1;
		if (far < best) {
			best = far;
			found = names[i];
		}
	}
	return found;
}
