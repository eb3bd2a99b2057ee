#include "config.h"

#include <stdlib.h>

#include "client/ctl.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/request.h"
#include "client/verb.h"

int
verb_check(struct ctl *ctl)
{
	char *path = api_path("/v1/pairs/", ctl->opt.subject, "/check", NULL);
	json_t *body = request_target(&ctl->opt);
	struct answer a = { 0 };
	struct problem p = { 0 };
	int status;

	if (api_post(ctl, path, body, NULL, NULL, &a, &p) == 0) {
		ctl_show(ctl, &a, page_check);
		status =
		    look_number(a.doc, "blockers") > 0 ? EXIT_BLOCKERS : EXIT_SUCCESS;
	} else {
		status = ctl_problem(ctl, &p);
	}
	answer_done(&a);
	json_decref(body);
	free(path);
	return status;
}
