#include "config.h"

#include <stdlib.h>

#include "client/ctl.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/verb.h"

/* The document with those pairs alone that are in this state. */
static json_t *
only_in_state(const json_t *doc, const char *state)
{
	json_t *kept = json_array(), *pair;
	size_t i;

	json_array_foreach(look_array(doc, "pairs"), i, pair) {
		if (look_is(pair, "state", state))
			(void)json_array_append(kept, pair);
	}
	return json_pack("{s:o}", "pairs", kept);
}

/* clang-format off */
static const char *const states[] = { "serving", "degraded", "upgrading", "attention", "unknown" };
/* clang-format on */

int
verb_pairs_judge(const struct options *o, struct ud_error *err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		if (o->state == NULL || str_equal(o->state, states[i]))
			return 0;
	}
	(void)ud_fail(err, UD_EUSAGE, "--state \"%s\": no pair has this state", o->state);
	return ud_remedy(err, "accepted: serving, degraded, upgrading, attention, unknown");
}

int
verb_pairs(struct ctl *ctl)
{
	struct answer a = { 0 };
	struct problem p = { 0 };
	json_t *some;

	if (api_get(ctl, "/v1/pairs", &a, &p) != 0)
		return ctl_problem(ctl, &p);
	if (ctl->opt.state == NULL) {
		ctl_show(ctl, &a, page_pairs);
	} else {
		some = only_in_state(a.doc, ctl->opt.state);
		if (json_array_size(look_array(some, "pairs")) == 0 && !ctl->opt.json)
			ctl_say(ctl, "no pair is in the state %s\n", ctl->opt.state);
		else
			ctl_show_doc(ctl, some, page_pairs);
		json_decref(some);
	}
	answer_done(&a);
	return EXIT_SUCCESS;
}
