#include "config.h"

#include <microhttpd.h>

#include "daemon/api/fields.h"
#include "daemon/api/reply.h"
#include "daemon/api/routes.h"
#include "daemon/api/server.h"
#include "daemon/api/views.h"

static void
reply_word(struct request *rq, const char *word)
{
	json_t *doc = json_object();

	put_str(doc, "status", word);
	reply_json(rq, MHD_HTTP_OK, doc);
}

/* The loop gave this answer: it turns. */
void
health_alive(struct request *rq)
{
	reply_word(rq, "alive");
}

/* Whether somebody looked at the member, with or without success. */
static bool
was_tried(const struct observation *o)
{
	for (int i = 0; i < LOOKS; i++)
		if (o->tried_ms[i] > 0 || o->at_ms[i] > 0)
			return true;
	return false;
}

/* The first member that nobody has looked at yet, NULL none. */
static const struct member *
find_unseen(struct conductor *c)
{
	const struct inventory *inv = conductor_inventory(c);

	for (size_t i = 0; i < inventory_count(inv); i++) {
		const struct pair *p = inventory_pair(inv, i);
		const struct observation *seen =
		    observer_seen(conductor_observer(c), p);

		for (size_t m = 0; m < p->member_count; m++)
			if (!was_tried(&seen[m]))
				return &p->members[m];
	}
	return NULL;
}

void
health_ready(struct request *rq)
{
	struct conductor *c = rq->api->conductor;
	const struct member *unseen;
	struct ud_error err = { 0 };

	if (!conductor_journal(c)) {
		(void)ud_fail(&err, UD_EUNREACHABLE, "the journal is not open");
		reply_error(rq, &err);
		return;
	}
	unseen = find_unseen(c);
	if (unseen) {
		(void)ud_fail(&err, UD_EUNREACHABLE,
		    "member %s of pair %s has not been looked at yet", unseen->name,
		    unseen->pair->name);
		(void)ud_remedy(&err, "wait for the first observations");
		reply_error(rq, &err);
		return;
	}
	reply_word(rq, "ready");
}
