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
		ctl_show_doc(ctl, some, page_pairs);
		json_decref(some);
	}
	answer_done(&a);
	return EXIT_SUCCESS;
}
