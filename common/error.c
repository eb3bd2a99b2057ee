#include "config.h"

#include "common/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Exit statuses: 1 failed, 2 usage, 3 refused in this state, 4 needs attention, 5 no such
 * thing, 6 not reachable, 7 timed out, 8 blockers, 9 not permitted. */
/* clang-format off */
static const struct { const char *name; int http, exit; } codes[UD_CODES] = {
	[UD_OK]           = { "ok",                    200, 0 },
	[UD_EUSAGE]       = { "usage",                 400, 2 },
	[UD_ETOOBIG]      = { "too-big",               413, 2 },
	[UD_EAUTH]        = { "not-permitted",         403, 9 },
	[UD_ENOTFOUND]    = { "not-found",             404, 5 },
	[UD_EMETHOD]      = { "method",                405, 2 },
	[UD_ESTATE]       = { "wrong-state",           409, 3 },
	[UD_EBLOCKED]     = { "blocked",               409, 8 },
	[UD_ESTALE]       = { "stale",                 412, 3 },
	[UD_EMISSING]     = { "precondition-required", 428, 2 },
	[UD_ECONFIG]      = { "config",                500, 1 },
	[UD_EUTILITY]     = { "utility",               502, 1 },
	[UD_EPARSE]       = { "parse",                 502, 1 },
	[UD_EUNREACHABLE] = { "unreachable",           503, 6 },
	[UD_ETIMEOUT]     = { "timeout",               504, 7 },
	[UD_ELOCKED]      = { "locked",                503, 1 },
	[UD_EJOURNAL]     = { "journal",               500, 1 },
	[UD_ESYSTEM]      = { "system",                500, 1 },
};
/* clang-format on */

/* Bytes of the UTF-8 character that this byte begins; 1 for anything else. */
static size_t
utf8_length(char lead)
{
	unsigned char c = (unsigned char)lead;

	return c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
}

/* vsnprintf that never leaves half a UTF-8 character at the end. */
static void
print_text(char *dst, size_t size, const char *fmt, va_list ap)
{
	int len = vsnprintf(dst, size, fmt, ap);
	size_t last = size - 1;

	if (len < 0)
		*dst = '\0';
	if (len < 0 || (size_t)len < size)
		return;
	do
		last--;
	while (last > 0 && ((unsigned char)dst[last] & 0xc0) == 0x80);
	if (last + utf8_length(dst[last]) > size - 1)
		dst[last] = '\0';
}

int
ud_fail(struct ud_error *err, enum ud_code code, const char *fmt, ...)
{
	char text[sizeof(err->text)] = ""; /* the arguments may point into err */
	va_list ap;

	va_start(ap, fmt);
	print_text(text, sizeof(text), fmt, ap);
	va_end(ap);
	err->code = code;
	memcpy(err->text, text, sizeof(err->text));
	err->remedy[0] = '\0';
	return -1;
}

int
ud_wrap(struct ud_error *err, const char *fmt, ...)
{
	char context[sizeof(err->text)] = "";
	struct ud_error wrapped;
	va_list ap;

	va_start(ap, fmt);
	print_text(context, sizeof(context), fmt, ap);
	va_end(ap);
	(void)ud_fail(&wrapped, err->code, "%s: %s", context, err->text);
	memcpy(err->text, wrapped.text, sizeof(err->text));
	return -1;
}

int
ud_remedy(struct ud_error *err, const char *fmt, ...)
{
	char text[sizeof(err->remedy)] = "";
	va_list ap;

	va_start(ap, fmt);
	print_text(text, sizeof(text), fmt, ap);
	va_end(ap);
	memcpy(err->remedy, text, sizeof(err->remedy));
	return -1;
}

const char *
ud_code_name(enum ud_code code)
{
	assert(code < UD_CODES);
	return codes[code].name;
}

int
ud_code_http(enum ud_code code)
{
	assert(code < UD_CODES);
	return codes[code].http;
}

int
ud_code_exit(enum ud_code code)
{
	assert(code < UD_CODES);
	return codes[code].exit;
}

enum ud_code
ud_code_find(const char *name)
{
	enum ud_code code;

	for (code = UD_OK; name && code < UD_CODES; code++)
		if (strcmp(codes[code].name, name) == 0)
			return code;
	return UD_CODES;
}
