#include "config.h"

#include <stdlib.h>

#include "client/ctl.h"
#include "client/follow.h"
#include "client/live.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/subject.h"
#include "client/verb.h"
#include "common/mem.h"

static int
status_all(struct ctl *ctl)
{
	struct answer a = { 0 };
	struct problem p = { 0 };

	if (api_get(ctl, "/v1/pairs", &a, &p) != 0)
		return ctl_problem(ctl, &p);
	ctl_show(ctl, &a, page_pair_each);
	answer_done(&a);
	return EXIT_SUCCESS;
}

static int
status_one(struct ctl *ctl)
{
	struct answer a = { 0 };
	struct problem p = { 0 };

	if (subject_pair(ctl, ctl->opt.subject, &a, &p) != 0)
		return ctl_problem(ctl, &p);
	ctl_show(ctl, &a, page_pair);
	answer_done(&a);
	return EXIT_SUCCESS;
}

static int
status_watch(struct ctl *ctl, const char *name)
{
	struct answer a = { 0 };
	struct problem p = { 0 };
	char word[LOOK_TEXT], *pair, *upgrade;
	int status;

	if (subject_pair(ctl, name, &a, &p) != 0)
		return ctl_problem(ctl, &p);
	pair = mem_strdup(look_word(a.doc, "pair", word));
	upgrade = mem_strdup(look_text(look_object(a.doc, "upgrade"), "id", word));
	answer_done(&a);
	status = live_run(ctl, pair, upgrade, FOLLOW_END, -1);
	free(pair);
	free(upgrade);
	return status;
}

/* One pair is followed; without a name it must be the only one. */
static int
status_watch_only(struct ctl *ctl)
{
	struct answer a = { 0 };
	struct problem p = { 0 };
	const json_t *pairs;
	char word[LOOK_TEXT], *pair;
	int status;

	if (api_get(ctl, "/v1/pairs", &a, &p) != 0)
		return ctl_problem(ctl, &p);
	pairs = look_array(a.doc, "pairs");
	if (json_array_size(pairs) != 1) {
		(void)problem_setf(&p, UD_EUSAGE,
		    "name it: upgradectl status PAIR --watch",
		    "there are %zu pairs, and one can be watched",
		    json_array_size(pairs));
		answer_done(&a);
		return ctl_problem(ctl, &p);
	}
	pair = mem_strdup(look_word(json_array_get(pairs, 0), "pair", word));
	answer_done(&a);
	status = status_watch(ctl, pair);
	free(pair);
	return status;
}

int
verb_status(struct ctl *ctl)
{
	if (ctl->opt.watch)
		return ctl->opt.subject == NULL ? status_watch_only(ctl)
						: status_watch(ctl, ctl->opt.subject);
	return ctl->opt.subject == NULL ? status_all(ctl) : status_one(ctl);
}
