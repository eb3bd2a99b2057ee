#include "config.h"

#include <microhttpd.h>

#include "common/buf.h"
#include "daemon/api/fields.h"
#include "daemon/api/reply.h"
#include "daemon/api/routes.h"
#include "daemon/api/server.h"
#include "daemon/api/views.h"

void
pairs_list(struct request *rq)
{
	struct conductor *c = rq->api->conductor;
	const struct inventory *inv = conductor_inventory(c);
	json_t *doc = json_object(), *list = json_array();

	for (size_t i = 0; i < inventory_count(inv); i++)
		(void)json_array_append_new(list, view_pair(c, inventory_pair(inv, i)));
	put(doc, "pairs", list);
	reply_json(rq, MHD_HTTP_OK, doc);
}

void
pairs_show(struct request *rq)
{
	const struct pair *pair = NULL;
	struct ud_error err = { 0 };

	if (request_pair(rq, &pair, &err) != 0)
		reply_error(rq, &err);
	else
		reply_json(rq, MHD_HTTP_OK, view_pair(rq->api->conductor, pair));
}

/* ---- why ---- */

/* What holds a pair up, in order of urgency; text says all of it in sentences. */
struct why_page {
	json_t *waits;
	struct buf text;
};

static void
add_wait(struct why_page *w, const char *waits_for, const char *seen,
    const char *needed, int64_t since_wall_ms, const char *otherwise,
    const char *remedy)
{
	json_t *obj = json_object();

	put_str(obj, "waits_for", waits_for);
	put_str(obj, "seen", seen);
	put_str(obj, "needed", needed);
	put_null(obj, "trend");
	put_time(obj, "since", since_wall_ms);
	put_str(obj, "otherwise", otherwise);
	put_str(obj, "remedy", remedy);
	(void)json_array_append_new(w->waits, obj);
}

static void
say(struct why_page *w, const char *sentence, const char *remedy)
{
	buf_addf(&w->text, "%s%s", w->text.len > 0 ? ". " : "", sentence);
	if (remedy && *remedy)
		buf_addf(&w->text, ": %s", remedy);
}

static void
wait_for_gate(struct why_page *w, const struct upgrade *u, const struct plan *plan)
{
	char prompt[320], remedy[128], waits_for[128], text[512];

	view_gate_prompt(u, plan, prompt, sizeof(prompt));
	str_printf(waits_for, sizeof(waits_for), "approval of gate %s",
	    view_gate_id(u, plan));
	str_printf(remedy, sizeof(remedy), "upgradectl advance %s", u->pair);
	str_printf(text, sizeof(text), "It waits for %s; %s", waits_for, prompt);
	add_wait(w, waits_for, prompt, "approval", u->state_since_wall_ms,
	    "it waits until it is approved or aborted", remedy);
	say(w, text, remedy);
}

static void
wait_for_resume(struct why_page *w, const struct upgrade *u)
{
	char remedy[128];

	str_printf(remedy, sizeof(remedy), "upgradectl resume %s", u->pair);
	add_wait(w, "somebody to resume it", "paused", "resume", u->state_since_wall_ms,
	    "it stays paused", remedy);
	say(w, "It was paused", remedy);
}

static void
wait_for_person(struct why_page *w, const struct upgrade *u)
{
	char remedy[384];

	if (*u->error.remedy)
		(void)str_copy(remedy, sizeof(remedy), u->error.remedy);
	else
		str_printf(remedy, sizeof(remedy),
		    "mend the cause, then upgradectl retry %s, or upgradectl abort %s",
		    u->pair, u->pair);
	add_wait(w, "a person", u->error.text, "the cause mended, and retry or abort",
	    u->state_since_wall_ms, "nothing more is done by itself", remedy);
	say(w, *u->error.text ? u->error.text : "It needs attention", remedy);
}

static void
wait_for_lane(struct why_page *w, struct conductor *c, const struct upgrade *u,
    const struct plan *plan, int lane)
{
	const struct why *why = &upgrade_walk(u, lane)->why;
	const struct plan_step *ps =
	    plan_step_at(plan, u->list, upgrade_walk(u, lane)->pos);
	json_t *wait = view_wait(c, u, plan, lane);
	char text[512], which[48] = "The step in hand";

	if (json_is_null(wait))
		return;
	(void)json_array_append_new(w->waits, wait);
	if (u->lane_count > 0)
		str_printf(which, sizeof(which), "Step %s, one of %d in hand", ps->number,
		    u->lane_count + 1);
	str_printf(text, sizeof(text), "%s: %s; seen: %s; needed: %s", which,
	    *why->waits_for ? why->waits_for : "its command", why->seen, why->needed);
	say(w, text, why->remedy);
}

static void
wait_for_step(struct why_page *w, struct conductor *c, const struct upgrade *u,
    const struct plan *plan)
{
	for (int i = 0; i <= u->lane_count; i++)
		wait_for_lane(w, c, u, plan, i);
}

static void
add_upgrade(struct why_page *w, struct conductor *c, const struct upgrade *u,
    const struct plan *plan)
{
	switch (u->state) {
	case UPGRADE_GATED:
		wait_for_gate(w, u, plan);
		break;
	case UPGRADE_PAUSED:
		wait_for_resume(w, u);
		break;
	case UPGRADE_ATTENTION:
		wait_for_person(w, u);
		break;
	case UPGRADE_CHECKING:
	case UPGRADE_RUNNING:
	case UPGRADE_ABORTING:
		wait_for_step(w, c, u, plan);
		break;
	case UPGRADE_COMPLETED:
	case UPGRADE_ABORTED:
	case UPGRADE_STATES:
		break;
	}
}

static void
add_attention(void *arg, const char *code, const char *text, const char *remedy)
{
	struct why_page *w = arg;

	(void)code;
	add_wait(w, NULL, text, NULL, 0, NULL, remedy);
	say(w, text, remedy);
}

/* An upgrade that needs attention says why itself: the pair's list would repeat it. */
void
pairs_why(struct request *rq)
{
	struct conductor *c = rq->api->conductor;
	struct why_page w = { 0 };
	const struct pair *pair = NULL;
	const struct plan *plan = NULL;
	const struct upgrade *u;
	struct ud_error err = { 0 };
	json_t *doc;

	if (request_pair(rq, &pair, &err) != 0) {
		reply_error(rq, &err);
		return;
	}
	w.waits = json_array();
	u = conductor_upgrade(c, pair, &plan);
	if (u)
		add_upgrade(&w, c, u, plan);
	if (!u || u->state != UPGRADE_ATTENTION)
		conductor_attention(c, pair, add_attention, &w);
	if (w.text.len == 0)
		buf_adds(&w.text,
		    u ? "It waits for nothing" : "Nothing needs attention");
	doc = json_object();
	put_str(doc, "pair", pair->name);
	put(doc, "upgrade", u ? json_integer(u->id) : json_null());
	put_str(doc, "state",
	    u ? upgrade_state_name(u->state)
	      : pair_state_name(conductor_pair_state(c, pair)));
	put(doc, "waits", w.waits);
	put_str(doc, "text", buf_text(&w.text));
	buf_done(&w.text);
	reply_json(rq, MHD_HTTP_OK, doc);
}
