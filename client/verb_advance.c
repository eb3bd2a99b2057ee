#include "config.h"

#include <stdlib.h>

#include "client/ctl.h"
#include "client/look.h"
#include "client/request.h"
#include "client/steer.h"
#include "client/subject.h"
#include "client/verb.h"

int
verb_advance_judge(const struct options *o, struct ud_error *err)
{
	if (o->through == NULL || !o->all)
		return 0;
	(void)ud_fail(err, UD_EUSAGE, "--through and --all exclude each other");
	return ud_remedy(err, "give one of them");
}

/* The gate and the plan that were read are named, so that no other can be approved. */
static json_t *
advance_body(const struct options *o, const json_t *upgrade)
{
	json_t *body = request_comment(o);
	const char *gate = look_string(look_object(upgrade, "gate"), "id");
	const char *hash = look_string(upgrade, "plan_hash");

	if (o->through != NULL)
		(void)json_object_set_new(body, "through", json_string(o->through));
	else if (o->all)
		(void)json_object_set_new(body, "all", json_true());
	else if (gate != NULL)
		(void)json_object_set_new(body, "gate", json_string(gate));
	if (hash != NULL)
		(void)json_object_set_new(body, "plan_hash", json_string(hash));
	return body;
}

int
verb_advance(struct ctl *ctl)
{
	struct answer upgrade = { 0 };
	struct problem p = { 0 };
	json_t *body;
	int status;

	if (subject_upgrade(ctl, ctl->opt.subject, false, &upgrade, &p) != 0)
		return ctl_problem(ctl, &p);
	body = advance_body(&ctl->opt, upgrade.doc);
	status = steer_upgrade(ctl, "advance", upgrade.doc, body, false);
	json_decref(body);
	answer_done(&upgrade);
	return status;
}
