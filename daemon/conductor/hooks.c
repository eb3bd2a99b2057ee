/* The site's commands: what they are told in the environment, and notifications. */
#include "config.h"

#include <stdlib.h>

#include "common/log.h"
#include "common/mem.h"
#include "daemon/conductor/internal.h"

#define NOTIFY_LIMIT_MS 60000

static const struct member *
serving(const struct work *w)
{
	const struct observation *seen = observer_seen(w->c->observer, w->pair);

	for (size_t i = 0; i < w->pair->member_count; i++)
		if (seen[i].role == ROLE_ACTIVE)
			return &w->pair->members[i];
	return NULL;
}

/* Source: interface, "Hooks get". UPGRADED_ACTIVE is where applications write, or, for
 * resume_writes, where they are to write from now on. */
void
hook_environment(const struct work *w, const struct upgrade *u, const char *event,
    const struct plan_step *ps, struct str_list *env)
{
	const struct member *m = ps != NULL ? ps->member : NULL, *active = serving(w);
	bool back = ps != NULL && ps->list == LIST_UNDO;
	char text[RELEASE_TEXT];

	if (ps != NULL && ps->step->hook == HOOK_RESUME_WRITES)
		active = m;
	str_list_addf(env, "UPGRADED_PAIR=%s", w->pair->name);
	str_list_addf(env, "UPGRADED_UPGRADE=%lld", (long long)u->id);
	str_list_addf(env, "UPGRADED_STEP=%s", ps != NULL ? ps->number : "");
	str_list_addf(env, "UPGRADED_MEMBER=%s", m != NULL ? m->name : "");
	str_list_addf(env, "UPGRADED_HOST=%s", m != NULL ? m->host->name : "");
	str_list_addf(env, "UPGRADED_ACTIVE=%s", active != NULL ? active->name : "");
	str_list_addf(env, "UPGRADED_ACTIVE_HOST=%s",
	    active != NULL ? active->host->name : "");
	str_list_addf(env, "UPGRADED_FROM_RELEASE=%s", release_text(&u->from, text));
	str_list_addf(env, "UPGRADED_TO_RELEASE=%s", release_text(&u->to, text));
	str_list_addf(env, "UPGRADED_RELEASE=%s",
	    release_text(back ? &u->from : &u->to, text));
	str_list_addf(env, "UPGRADED_EVENT=%s", event);
}

static void
notified(void *arg, struct outcome *o)
{
	char *pair = arg;

	if (o->ending != ENDING_EXITED || o->status != 0)
		log_event(LOG_WARNING, "notify.failed", KV_STR("pair", pair),
		    KV_STR("ending", ending_name(o->ending)),
		    KV_INT("status", o->status),
		    KV_STR("next", "going on; upgradectl status shows the same"));
	outcome_done(o);
	free(pair);
}

void
hook_notify(struct work *w, const char *event, const char *text)
{
	const struct str_list *hook = &w->pair->hooks[HOOK_NOTIFY];
	struct str_list env = { 0 };

	if (hook->count == 0 || w->u == NULL)
		return;
	hook_environment(w, w->u, event,
	    w->plan != NULL ? upgrade_step(w->u, w->plan) : NULL, &env);
	str_list_addf(&env, "UPGRADED_TEXT=%s", text);
	process_run(w->c->runner, NULL, hook->items, env.items, NOTIFY_LIMIT_MS,
	    notified, mem_strdup(w->pair->name));
	str_list_done(&env);
}
