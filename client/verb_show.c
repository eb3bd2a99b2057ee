#include "config.h"

#include <stdlib.h>

#include "client/ctl.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/subject.h"
#include "client/verb.h"

static int
add_steps(struct ctl *ctl, json_t *upgrade, struct problem *p)
{
	char id[LOOK_TEXT];
	char *path =
	    api_path("/v1/upgrades/", look_word(upgrade, "id", id), "/steps", NULL);
	struct answer a = { 0 };
	int rc = api_get(ctl, path, &a, p);

	free(path);
	if (rc == 0)
		(void)json_object_set(upgrade, "steps",
		    json_object_get(a.doc, "steps"));
	answer_done(&a);
	return rc;
}

/* One document of two answers: the upgrade, and its steps as a member of it. */
int
verb_show(struct ctl *ctl)
{
	struct answer a = { 0 };
	struct problem p = { 0 };
	int status = EXIT_SUCCESS;

	if (subject_upgrade(ctl, ctl->opt.subject, true, &a, &p) != 0)
		return ctl_problem(ctl, &p);
	if (add_steps(ctl, a.doc, &p) == 0)
		ctl_show_doc(ctl, a.doc, page_show);
	else
		status = ctl_problem(ctl, &p);
	answer_done(&a);
	return status;
}
