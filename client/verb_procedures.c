#include "config.h"

#include <stdlib.h>

#include "client/ctl.h"
#include "client/pages.h"
#include "client/verb.h"

int
verb_procedures(struct ctl *ctl)
{
	char *path = ctl->opt.subject == NULL
	    ? api_path("/v1/procedures", NULL)
	    : api_path("/v1/procedures?engine=", ctl->opt.subject, NULL);
	struct answer a = { 0 };
	struct problem p = { 0 };
	int rc = api_get(ctl, path, &a, &p);

	free(path);
	if (rc != 0)
		return ctl_problem(ctl, &p);
	ctl_show(ctl, &a, page_procedures);
	answer_done(&a);
	return EXIT_SUCCESS;
}
