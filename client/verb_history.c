#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl.h"
#include "client/pages.h"
#include "client/verb.h"

/* "&key=value"; nothing when it was not asked for. */
static void
add_query(struct buf *path, const char *key, const char *value)
{
	if (value == NULL)
		return;
	buf_addf(path, "%c%s=", strchr(buf_text(path), '?') == NULL ? '?' : '&', key);
	http_add_escaped(path, value);
}

int
verb_history(struct ctl *ctl)
{
	char limit[24];
	struct answer a = { 0 };
	struct problem p = { 0 };
	struct buf path = { 0 };
	int rc;

	str_printf(limit, sizeof(limit), "%" PRId64, ctl->opt.limit);
	buf_adds(&path, "/v1/upgrades");
	add_query(&path, "pair", ctl->opt.subject);
	add_query(&path, "state", ctl->opt.state);
	add_query(&path, "limit", ctl->opt.limit > 0 ? limit : NULL);
	add_query(&path, "after", ctl->opt.after);
	rc = api_get(ctl, buf_text(&path), &a, &p);
	buf_done(&path);
	if (rc != 0)
		return ctl_problem(ctl, &p);
	ctl_show(ctl, &a, page_history);
	answer_done(&a);
	return EXIT_SUCCESS;
}
