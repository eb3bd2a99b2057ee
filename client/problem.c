#include "config.h"

#include "client/problem.h"

#include <stdarg.h>
#include <stdlib.h>

#include "client/cells.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/render_json.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/mem.h"

/* For answers whose code is missing: an older daemon, or something in between. */
/* clang-format off */
static const struct { long http; enum ud_code code; } by_status[] = {
	{ 400, UD_EUSAGE },
	{ 401, UD_EAUTH },
	{ 403, UD_EAUTH },
	{ 404, UD_ENOTFOUND },
	{ 405, UD_EMETHOD },
	{ 409, UD_ESTATE },
	{ 412, UD_ESTALE },
	{ 413, UD_ETOOBIG },
	{ 422, UD_EUSAGE },
	{ 428, UD_EMISSING },
};
/* clang-format on */

int
problem_set(struct problem *p, const struct ud_error *err)
{
	return problem_setf(p, err->code, *err->remedy == '\0' ? NULL : err->remedy,
	    "%s", err->text);
}

int
problem_setf(struct problem *p, enum ud_code code, const char *remedy, const char *fmt,
    ...)
{
	va_list ap;

	problem_done(p);
	va_start(ap, fmt);
	p->detail = mem_vprintf(fmt, ap);
	va_end(ap);
	p->remedy = mem_strdup(remedy);
	p->code = code;
	p->exit_status = ud_code_exit(code);
	return -1;
}

static int
exit_of_status(long http)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(by_status); i++) {
		if (by_status[i].http == http)
			return ud_code_exit(by_status[i].code);
	}
	return EXIT_FAILURE;
}

/* "unreachable" from the daemon is a host or a database: the daemon itself is there, and
 * 6 is only said when it is not. */
static int
exit_of_answer(enum ud_code code, long http)
{
	if (code == UD_CODES || code == UD_OK)
		return exit_of_status(http);
	return code == UD_EUNREACHABLE ? EXIT_FAILURE : ud_code_exit(code);
}

int
problem_from_answer(struct problem *p, long http, const char *body, size_t len)
{
	struct ud_error ignored;
	json_t *doc = NULL;
	const char *detail;

	problem_done(p);
	if (ujson_parse(body, len, &doc, &ignored) != 0 || !json_is_object(doc)) {
		json_decref(doc);
		doc = NULL;
	}
	detail = look_string(doc, "detail");
	if (detail == NULL)
		detail = look_string(doc, "title");
	p->detail = detail != NULL
	    ? mem_strdup(detail)
	    : mem_printf("the daemon answered with HTTP status %ld and said no more",
		  http);
	p->remedy = mem_strdup(look_string(doc, "remedy"));
	p->code = ud_code_find(look_string(doc, "code"));
	p->http = http;
	p->exit_status = exit_of_answer(p->code, http);
	p->doc = doc;
	return -1;
}

/* 502 and 504 come from what may stand between; 503 from a daemon that starts or ends. */
bool
problem_is_passing(const struct problem *p)
{
	if (p->http == 0)
		return p->code == UD_EUNREACHABLE;
	return p->http >= 502 && p->http <= 504;
}

static json_t *
problem_document(const struct problem *p)
{
	if (p->doc != NULL)
		return json_incref(p->doc);
	return json_pack("{s:s, s:s, s:n, s:s, s:s, s:o}", "type", "about:blank",
	    "title", "the client failed before it had an answer", "status", "detail",
	    p->detail, "code", ud_code_name(p->code), "remedy",
	    ujson_str_or_null(p->remedy));
}

int
problem_tell(struct problem *p, const struct view *v, FILE *f, FILE *json_out)
{
	struct buf text = { 0 };
	int exit_status = p->exit_status;
	json_t *doc;

	style_add(&text, v, STYLE_BAD, "upgradectl:");
	buf_adds(&text, " ");
	cells_add_clean(&text, p->detail == NULL ? "failed" : p->detail);
	buf_adds(&text, "\n");
	if (p->remedy != NULL) {
		buf_adds(&text, "  what to do: ");
		cells_add_clean(&text, p->remedy);
		buf_adds(&text, "\n");
	}
	if (look_array(p->doc, "findings") != NULL)
		page_findings(&text, v, p->doc);
	fputs(buf_text(&text), f);
	buf_done(&text);
	if (json_out != NULL) {
		doc = problem_document(p);
		json_show_line(json_out, doc);
		json_decref(doc);
	}
	problem_done(p);
	return exit_status;
}

void
problem_done(struct problem *p)
{
	free(p->detail);
	free(p->remedy);
	json_decref(p->doc);
	*p = (struct problem){ 0 };
}
