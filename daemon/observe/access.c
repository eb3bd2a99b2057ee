/* Sessions and shells of members: opened when a question wants one. Sessions are closed
 * when that is forbidden. */
#include "config.h"

#include <event2/event.h>
#include <stdlib.h>

#include "common/mem.h"
#include "daemon/observe/watch.h"

/* A command that found the door closed: told from the loop. */
struct refusal {
	LIST_ENTRY(refusal) entry;
	struct event *event;
	const char *why;
	void (*done)(void *arg, struct outcome *oc);
	void *arg;
};

/* ---- until no connection of ours is left ---- */

static bool
is_quiet(const struct watch *w)
{
	/* A tool that is asked may connect, too. */
	if (w->look != NULL && w->look->process != NULL)
		return false;
	for (int i = 0; i < INSTALLATIONS_MAX; i++)
		if (w->sessions[i] != NULL && session_is_open(w->sessions[i]))
			return false;
	return true;
}

/* One in each turn: who is called may forbid, allow and remove as he likes. */
static void
on_quiet_check(evutil_socket_t fd, short what, void *arg)
{
	struct watch *w = arg;
	struct quiet *q = STAILQ_FIRST(&w->quiet), copy;

	(void)fd;
	(void)what;
	if (q == NULL || !is_quiet(w))
		return;
	STAILQ_REMOVE_HEAD(&w->quiet, entry);
	copy = *q;
	free(q);
	access_check_quiet(w);
	copy.fn(copy.arg);
}

void
access_check_quiet(struct watch *w)
{
	if (!STAILQ_EMPTY(&w->quiet))
		event_active(w->quiet_check, EV_TIMEOUT, 0);
}

static void
on_closed(void *arg)
{
	access_check_quiet(arg);
}

void
observer_forbid(struct observer *o, const struct member *m, bool forbid,
    void (*quiet)(void *arg), void *arg)
{
	struct watch *w = watch_find(o, m);
	bool before;

	if (w == NULL)
		return;
	before = w->forbidden;
	w->forbidden = forbid;
	if (quiet != NULL) {
		struct quiet *q = mem_alloc(sizeof(*q));

		q->fn = quiet;
		q->arg = arg;
		STAILQ_INSERT_TAIL(&w->quiet, q, entry);
	}
	for (int i = 0; forbid && !before && i < INSTALLATIONS_MAX; i++)
		if (w->sessions[i] != NULL)
			session_close(w->sessions[i], on_closed, w);
	access_check_quiet(w);
}

/* ---- sessions ---- */

static struct session *
open_child(struct watch *w, const struct dialect *dialect, int installation)
{
	struct str_list argv = { 0 }, env = { 0 };
	struct session *s;

	dialect->open(w->member, installation, &argv, &env);
	s = session_new(w->observer->runner, w->member->host, dialect, &argv, &env);
	str_list_done(&argv);
	str_list_done(&env);
	return s;
}

/* Looks may have found out that it is to be opened in another way (member_found()). */
static void
open_again(struct watch *w, const struct dialect *dialect, int installation)
{
	struct str_list argv = { 0 }, env = { 0 };

	dialect->open(w->member, installation, &argv, &env);
	session_open_by(w->sessions[installation], &argv, &env);
	str_list_done(&argv);
	str_list_done(&env);
}

struct session *
access_session(struct watch *w, int installation)
{
	const struct engine *e = w->pair->pair->engine;
	int i =
	    installation >= 0 && installation < INSTALLATIONS_MAX ? installation : 0;

	if (w->sessions[i] == NULL && e->connector != NULL)
		w->sessions[i] =
		    session_new_link(w->observer->runner, e->connector, w->member, i);
	else if (w->sessions[i] == NULL)
		w->sessions[i] = open_child(w, e->dialect, i);
	else if (e->connector == NULL)
		open_again(w, e->dialect, i);
	return w->sessions[i];
}

struct session *
access_shell(struct watch *w)
{
	const struct dialect *dialect = w->pair->pair->engine->shell;

	if (w->shell == NULL && dialect != NULL)
		w->shell = open_child(w, dialect, -1);
	return w->shell;
}

static void
on_refused(evutil_socket_t fd, short what, void *arg)
{
	struct refusal *r = arg, copy = *r;
	struct outcome o = { .ending = ENDING_FAILED };

	(void)fd;
	(void)what;
	LIST_REMOVE(r, entry);
	event_free(r->event);
	free(r);
	o.output = mem_strdup(copy.why);
	copy.done(copy.arg, &o);
}

static void
refuse(struct observer *o, const char *why, void (*done)(void *arg, struct outcome *oc),
    void *arg)
{
	struct refusal *r = mem_alloc(sizeof(*r));

	r->why = why;
	r->done = done;
	r->arg = arg;
	r->event = evtimer_new(o->base, on_refused, r);
	LIST_INSERT_HEAD(&o->refusals, r, entry);
	event_active(r->event, EV_TIMEOUT, 0);
}

void
observer_command(struct observer *o, const struct member *m, int installation,
    const char *statements, int64_t limit_ms, bool prompt,
    void (*done)(void *arg, struct outcome *oc), void *arg)
{
	struct watch *w = watch_find(o, m);

	if (w == NULL || w->forbidden)
		refuse(o, "no session may be opened to this member now", done, arg);
	else
		session_ask(access_session(w, installation), statements, limit_ms,
		    prompt ? ASK_PROMPT : ASK_FIRST, done, arg);
}

void
observer_shell(struct observer *o, const struct member *m, const char *statements,
    int64_t limit_ms, bool prompt, void (*done)(void *arg, struct outcome *oc), void *arg)
{
	struct watch *w = watch_find(o, m);
	struct session *shell = w != NULL ? access_shell(w) : NULL;

	if (shell == NULL)
		refuse(o, "this member has no shell", done, arg);
	else
		session_ask(shell, statements, limit_ms, prompt ? ASK_PROMPT : ASK_FIRST,
		    done, arg);
}

/* ---- life ---- */

void
access_init(struct watch *w)
{
	STAILQ_INIT(&w->quiet);
	w->quiet_check = evtimer_new(w->observer->base, on_quiet_check, w);
}

void
access_done(struct watch *w)
{
	struct quiet *q;

	for (int i = 0; i < INSTALLATIONS_MAX; i++)
		session_free(w->sessions[i]);
	session_free(w->shell);
	while ((q = STAILQ_FIRST(&w->quiet)) != NULL) {
		STAILQ_REMOVE_HEAD(&w->quiet, entry);
		free(q);
	}
	event_free(w->quiet_check);
}

void
access_done_all(struct observer *o)
{
	struct refusal *r;

	while ((r = LIST_FIRST(&o->refusals)) != NULL) {
		LIST_REMOVE(r, entry);
		event_free(r->event);
		free(r);
	}
}
