#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "client/ctl.h"
#include "client/pages.h"
#include "client/request.h"
#include "client/verb.h"

/* Does one before it have the same key? */
static bool
is_twice(const struct str_list *settings, size_t index)
{
	size_t i, len = strcspn(settings->items[index], "=");

	for (i = 0; i < index; i++) {
		if (strcspn(settings->items[i], "=") == len &&
		    strncmp(settings->items[i], settings->items[index], len) == 0)
			return true;
	}
	return false;
}

int
verb_settings_judge(const struct options *o, struct ud_error *err)
{
	size_t i;

	for (i = 0; i < o->settings.count; i++) {
		if (is_twice(&o->settings, i)) {
			(void)ud_fail(err, UD_EUSAGE, "--option \"%s\": a second value",
			    o->settings.items[i]);
			return ud_remedy(err, "give each option once");
		}
		if (strchr(o->settings.items[i], '=') > o->settings.items[i])
			continue;
		(void)ud_fail(err, UD_EUSAGE, "--option \"%s\" is no K=V",
		    o->settings.items[i]);
		return ud_remedy(err, "write --option NAME=VALUE");
	}
	if (o->timeout_ms < 0 || o->wait)
		return 0;
	(void)ud_fail(err, UD_EUSAGE, "--timeout without --wait");
	return ud_remedy(err, "add --wait, or leave --timeout out");
}

int
verb_plan(struct ctl *ctl)
{
	char *path = api_path("/v1/pairs/", ctl->opt.subject, "/plan", NULL);
	json_t *body = request_target(&ctl->opt);
	struct answer a = { 0 };
	struct problem p = { 0 };
	int status = EXIT_SUCCESS;

	if (api_post(ctl, path, body, NULL, NULL, &a, &p) == 0)
		ctl_show(ctl, &a, page_plan);
	else
		status = ctl_problem(ctl, &p);
	answer_done(&a);
	json_decref(body);
	free(path);
	return status;
}
