/* ttVersion: the release of an installation's tools. */
#include "config.h"

#include <ctype.h>

#include "common/str.h"
#include "daemon/engine/timesten/utilities/parts.h"

void
tt_version(struct command *c, const struct member *m, int installation, bool plain)
{
	tt_job(c, m, installation, "ttVersion");
	if (!plain)
		str_list_add(&c->argv, "-m");
}

struct reading {
	char release[RELEASE_TEXT];
	int bits;
};

/* "6.04": the patch level of 6.0 stands without its dot. */
static void
part_old_release(char *release, size_t size)
{
	char *dot = strchr(release, '.'), rest[RELEASE_TEXT];

	if (dot == NULL || strchr(dot + 1, '.') != NULL || dot[1] != '0' || dot[2] == '\0')
		return;
	str_copy(rest, sizeof(rest), dot + 2);
	str_printf(dot + 2, size - (size_t)(dot + 2 - release), ".%s", rest);
}

/* "TimesTen Release 22.1.1.27.0 (64 bit Linux/x86_64) (name:port) time" */
static void
read_plain(struct reading *r, const char *rest)
{
	const char *bits;
	size_t len;

	while (isspace((unsigned char)*rest))
		rest++;
	len = strspn(rest, "0123456789.");
	if (len == 0 || len >= sizeof(r->release))
		return;
	memcpy(r->release, rest, len);
	r->release[len] = '\0';
	part_old_release(r->release, sizeof(r->release));
	bits = str_find_nocase(rest, " bit");
	if (bits != NULL && bits - rest >= 2)
		r->bits = str_starts(bits - 2, "32") ? 32
		    : str_starts(bits - 2, "64")     ? 64
						     : 0;
}

static bool
read_line(char *line, void *arg)
{
	static const char plain[] = "TimesTen Release";
	struct reading *r = arg;
	char *key = str_trim(line), *value;

	if (str_starts_nocase(key, plain)) {
		if (r->release[0] == '\0')
			read_plain(r, key + sizeof(plain) - 1);
		return true;
	}
	value = strchr(key, '=');
	if (value == NULL)
		return true;
	*value++ = '\0';
	value = str_trim(value);
	key = str_trim(key);
	if (str_equal_nocase(key, "version"))
		str_copy(r->release, sizeof(r->release), value);
	else if (str_equal_nocase(key, "bits"))
		r->bits = str_equal(value, "32") ? 32 : str_equal(value, "64") ? 64 : 0;
	return true;
}

int
tt_version_parse(const char *text, struct release *ret, int *ret_bits,
    struct ud_error *err)
{
	struct reading r = { 0 };
	struct ud_error ignored;

	str_each_line(text, read_line, &r);
	if (r.release[0] == '\0')
		return ud_fail(err, UD_EPARSE, "ttVersion printed no release");
	if (release_parse(r.release, ret, &ignored) != 0)
		return ud_fail(err, UD_EPARSE,
		    "ttVersion printed the release \"%s\", which cannot be read",
		    r.release);
	if (ret_bits != NULL)
		*ret_bits = r.bits;
	return 0;
}
