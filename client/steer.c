#include "config.h"

#include "client/steer.h"

#include <stdlib.h>

#include "client/ctl.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/subject.h"
#include "common/mem.h"

#define ATTEMPTS 5 /* a running upgrade may move on between reading and asking */

static int
post(struct ctl *ctl, const char *verb, const json_t *upgrade, const json_t *body,
    struct answer *ret, struct problem *p)
{
	char id[LOOK_TEXT], revision[LOOK_TEXT];
	char *path =
	    api_path("/v1/upgrades/", look_word(upgrade, "id", id), "/", verb, NULL);
	int rc = api_post(ctl, path, body, look_text(upgrade, "revision", revision),
	    NULL, ret, p);

	free(path);
	return rc;
}

static bool
is_stale(const struct problem *p)
{
	return p->http == 412;
}

/* Says what the upgrade is at now, for people; a program reads the problem document. */
static void
add_now(struct ctl *ctl, const json_t *upgrade, struct buf *out)
{
	char id[LOOK_TEXT];
	struct answer now = { 0 };
	struct problem ignored = { 0 };

	if (subject_upgrade_by_id(ctl, look_word(upgrade, "id", id), &now, &ignored) ==
	    0) {
		page_upgrade_line(out, &ctl->err_view, now.doc);
		page_upgrade_needs(out, &ctl->err_view, now.doc);
	}
	problem_done(&ignored);
	answer_done(&now);
}

static int
tell_stale(struct ctl *ctl, const char *verb, const json_t *upgrade, struct problem *p)
{
	struct buf text = { 0 };
	int status;

	free(p->detail);
	free(p->remedy);
	p->detail =
	    mem_strdup("somebody was quicker: the upgrade has moved on, and this was "
		       "not done");
	p->remedy =
	    mem_printf("if it is still wanted as things are now: upgradectl %s %s",
		verb, ctl->opt.subject);
	add_now(ctl, upgrade, &text);
	status = ctl_problem(ctl, p);
	fputs(buf_text(&text), ctl->err);
	buf_done(&text);
	return status;
}

int
steer_upgrade(struct ctl *ctl, const char *verb, const json_t *upgrade,
    const json_t *body, bool again)
{
	struct answer a = { 0 }, fresh = { 0 };
	struct problem p = { 0 };
	char id[LOOK_TEXT];
	int rc, i, status = EXIT_SUCCESS;

	rc = post(ctl, verb, upgrade, body, &a, &p);
	for (i = 1; i < ATTEMPTS && rc != 0 && again && is_stale(&p); i++) {
		problem_done(&p);
		rc = subject_upgrade_by_id(ctl, look_word(upgrade, "id", id), &fresh,
		    &p);
		if (rc == 0)
			rc = post(ctl, verb, fresh.doc, body, &a, &p);
	}
	if (rc == 0)
		ctl_show(ctl, &a, page_upgrade_line);
	else if (is_stale(&p))
		status = tell_stale(ctl, verb, upgrade, &p);
	else
		status = ctl_problem(ctl, &p);
	answer_done(&a);
	answer_done(&fresh);
	return status;
}

int
steer(struct ctl *ctl, const char *verb, bool again)
{
	struct answer upgrade = { 0 };
	struct problem p = { 0 };
	int status;

	if (subject_upgrade(ctl, ctl->opt.subject, false, &upgrade, &p) != 0)
		return ctl_problem(ctl, &p);
	status = steer_upgrade(ctl, verb, upgrade.doc, NULL, again);
	answer_done(&upgrade);
	return status;
}
