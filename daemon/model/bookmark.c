#include "config.h"

#include "daemon/model/bookmark.h"

#include <inttypes.h>
#include <string.h>

#include "common/str.h"

int
position_compare(const struct position *a, const struct position *b)
{
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return 0;
}

static bool
is_somewhere(const struct position *p)
{
	return p->set && p->file >= 0 && p->offset >= 0;
}

int64_t
position_distance(const struct position *a, const struct position *b,
    int64_t file_bytes)
{
	int64_t bytes;

	if (!is_somewhere(a) || !is_somewhere(b) || position_compare(b, a) < 0)
		return -1;
	if (__builtin_mul_overflow(b->file - a->file, file_bytes, &bytes) ||
	    __builtin_add_overflow(bytes, b->offset - a->offset, &bytes))
		return -1;
	return bytes < 0 ? -1 : bytes;
}

const char *
position_text(const struct position *p, char buf[POSITION_TEXT])
{
	if (!p->set)
		str_copy(buf, POSITION_TEXT, "unknown");
	else
		str_printf(buf, POSITION_TEXT, "%" PRId64 "/%" PRId64, p->file,
		    p->offset);
	return buf;
}

bool
position_parse(const char *text, struct position *ret)
{
	struct position p = { .set = true };
	char file[POSITION_TEXT];
	size_t len = strcspn(text, "/.");

	if (len >= sizeof(file) || text[len] == '\0')
		return false;
	memcpy(file, text, len);
	file[len] = '\0';
	if (!str_to_int(file, -1, INT64_MAX, &p.file) ||
	    !str_to_int(text + len + 1, -1, INT64_MAX, &p.offset))
		return false;
	if ((p.file < 0) != (p.offset < 0))
		return false;
	*ret = p;
	return true;
}
