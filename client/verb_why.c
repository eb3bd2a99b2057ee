#include "config.h"

#include <stdlib.h>

#include "client/ctl.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/subject.h"
#include "client/verb.h"

static int
get_why(struct ctl *ctl, const char *pair, struct answer *ret, struct problem *p)
{
	char *path = api_path("/v1/pairs/", pair, "/why", NULL);
	int rc = api_get(ctl, path, ret, p);

	free(path);
	return rc;
}

/* The name is the id of an upgrade, perhaps: its pair is asked then. */
static int
get_why_by_id(struct ctl *ctl, struct answer *ret, struct problem *p)
{
	struct answer pair = { 0 };
	char word[LOOK_TEXT];
	int rc;

	problem_done(p);
	if (subject_pair(ctl, ctl->opt.subject, &pair, p) != 0)
		return -1;
	rc = get_why(ctl, look_word(pair.doc, "pair", word), ret, p);
	answer_done(&pair);
	return rc;
}

static int
why_one(struct ctl *ctl)
{
	struct answer a = { 0 };
	struct problem p = { 0 };
	int rc = get_why(ctl, ctl->opt.subject, &a, &p);

	if (rc != 0 && p.http == 404)
		rc = get_why_by_id(ctl, &a, &p);
	if (rc != 0)
		return ctl_problem(ctl, &p);
	ctl_show(ctl, &a, page_why);
	answer_done(&a);
	return EXIT_SUCCESS;
}

/* A pair that was taken out of the configuration between two questions is left out. */
static int
collect(struct ctl *ctl, const json_t *pairs, json_t *all, struct problem *p)
{
	struct answer a = { 0 };
	char word[LOOK_TEXT];
	size_t i;
	json_t *pair;

	json_array_foreach(pairs, i, pair) {
		if (get_why(ctl, look_word(pair, "pair", word), &a, p) == 0)
			(void)json_array_append(all, a.doc);
		else if (p->http != 404)
			return -1;
		problem_done(p);
		answer_done(&a);
	}
	return 0;
}

static int
why_all(struct ctl *ctl)
{
	struct answer pairs = { 0 };
	struct problem p = { 0 };
	json_t *all, *doc;
	int rc;

	if (api_get(ctl, "/v1/pairs", &pairs, &p) != 0)
		return ctl_problem(ctl, &p);
	all = json_array();
	doc = json_pack("{s:o}", "pairs", all);
	rc = collect(ctl, look_array(pairs.doc, "pairs"), all, &p);
	if (rc == 0)
		ctl_show_doc(ctl, doc, page_why_each);
	json_decref(doc);
	answer_done(&pairs);
	return rc == 0 ? EXIT_SUCCESS : ctl_problem(ctl, &p);
}

int
verb_why(struct ctl *ctl)
{
	return ctl->opt.subject == NULL ? why_all(ctl) : why_one(ctl);
}
