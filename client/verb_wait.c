#include "config.h"

#include <stdlib.h>

#include "client/cells.h"
#include "client/ctl.h"
#include "client/follow.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/subject.h"
#include "client/verb.h"
#include "common/mem.h"

/* What each --for ends at, besides the end. Attention ends all: without somebody nothing
 * else will come. */
/* clang-format off */
static const struct { const char *word; unsigned int until; } goals[] = {
	{ "done",      FOLLOW_ATTENTION },
	{ "gate",      FOLLOW_ATTENTION | FOLLOW_GATE },
	{ "attention", FOLLOW_ATTENTION },
};
/* clang-format on */

#define ANYTHING (FOLLOW_ATTENTION | FOLLOW_GATE)

/* ANYTHING + 1: a word that is none. */
static unsigned int
goal(const char *word)
{
	size_t i;

	if (word == NULL)
		return ANYTHING;
	for (i = 0; i < ARRAY_SIZE(goals); i++) {
		if (str_equal(goals[i].word, word))
			return goals[i].until;
	}
	return ANYTHING + 1;
}

int
verb_wait_judge(const struct options *o, struct ud_error *err)
{
	if (goal(o->wait_for) <= ANYTHING)
		return 0;
	(void)ud_fail(err, UD_EUSAGE, "--for \"%s\" cannot be waited for", o->wait_for);
	return ud_remedy(err, "write --for done, --for gate or --for attention");
}

static void
see(void *arg, const json_t *pair)
{
	(void)arg;
	(void)pair;
}

static void
lost(void *arg, const struct problem *p)
{
	struct ctl *ctl = arg;
	struct buf text = { 0 };

	if (ctl->opt.quiet)
		return;
	cells_add_clean(&text, p->detail);
	fprintf(ctl->err, "upgradectl: %s; waiting for it\n", buf_text(&text));
	buf_done(&text);
}

static void
page_waited(struct buf *out, const struct view *v, const json_t *upgrade)
{
	page_upgrade_line(out, v, upgrade);
	page_upgrade_needs(out, v, upgrade);
}

static int
wait_for(struct ctl *ctl, const char *pair, const char *upgrade)
{
	struct follow f = {
		.pair = pair,
		.upgrade = upgrade,
		.until = goal(ctl->opt.wait_for),
		.timeout_ms = ctl->opt.timeout_ms,
		.see = see,
		.lost = lost,
		.arg = ctl,
	};
	struct problem p = { 0 };
	const json_t *reached;
	json_t *last = NULL;
	int status;

	if (follow_run(ctl, &f, &last, &p) != 0)
		return ctl_problem(ctl, &p);
	reached = look_object(last, "upgrade");
	ctl_show_doc(ctl, reached, page_waited);
	status = follow_exit_status(reached);
	json_decref(last);
	return status;
}

int
verb_wait(struct ctl *ctl)
{
	struct answer a = { 0 };
	struct problem p = { 0 };
	char word[LOOK_TEXT], *pair, *upgrade;
	int status;

	if (subject_upgrade(ctl, ctl->opt.subject, true, &a, &p) != 0)
		return ctl_problem(ctl, &p);
	pair = mem_strdup(look_word(a.doc, "pair", word));
	upgrade = mem_strdup(look_word(a.doc, "id", word));
	answer_done(&a);
	status = wait_for(ctl, pair, upgrade);
	free(pair);
	free(upgrade);
	return status;
}
