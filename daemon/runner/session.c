/*
 * One child, one question at a time. A question is written with a nonce that the tool
 * prints behind the answer; the dialect knows how both look. What was printed later
 * belongs to no question and is dropped before the next one is written.
 *
 *	no child --first question--> open --told to leave--> leaving --reaped--> no child
 *
 * A new child is started only when the last one is gone: there is never more than one
 * connection of ours. One on a host that is cut off is gone when ssh says so: the question that
 * waits for that waits for no longer than its limit.
 *
 * No vendor promises that a tool prints an answer into a pipe before it ends. When nothing was
 * ever heard of it by the limit of a question, the child is told to leave; if the answer comes with
 * its end, every question to this tool gets a child of its own from then on.
 *
 * Where an engine has a connector, a link of it stands in the place of the child: it takes
 * a question and returns an outcome. Queue, limit and closing are the same.
 */
#include "config.h"

#include <event2/event.h>
#include <stdlib.h>
#include <sys/random.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/runner/ending.h"
#include "daemon/runner/session.h"

#define HUSHED_MS 2000 /* from the words to leave to what was kept back */

static void
ask_free(struct ask *a)
{
	free(a->statements);
	outcome_done(&a->outcome);
	free(a);
}

void
session_schedule(struct session *s)
{
	event_active(s->turn, EV_TIMEOUT, 0);
}

/* The outcome is known; output is ours now. */
static void
conclude(struct session *s, struct ask *a, enum ending ending, char *output)
{
	a->until_ms = 0;
	a->outcome.ending = ending;
	a->outcome.output = output;
	ending_over(&a->outcome);
	TAILQ_INSERT_TAIL(&s->over, a, entry);
	session_schedule(s);
}

/* The question in hand has no answer. */
void
session_failed(struct session *s, enum ending ending)
{
	struct ask *a = s->asked;

	if (a == NULL)
		return;
	s->asked = NULL;
	event_del(s->limit);
	conclude(s, a, ending, buf_take(&s->text));
}

void
session_took(struct session *s, struct outcome *o)
{
	struct ask *a = s->asked;

	if (a == NULL) {
		outcome_done(o);
		return;
	}
	s->asked = NULL;
	event_del(s->limit);
	a->outcome.status = o->status;
	conclude(s, a, o->ending, o->output);
}

void
session_answered(struct session *s)
{
	const char *rest;
	struct ask *a = s->asked;
	size_t len;

	if (a == NULL) {
		buf_clear(&s->text);
		return;
	}
	rest = s->dialect->end(buf_text(&s->text), s->nonce, &len, &a->outcome.status);
	if (rest == NULL)
		return;
	s->asked = NULL;
	event_del(s->limit);
	s->by_one = s->by_one || s->hushed;
	conclude(s, a, ENDING_EXITED, mem_strndup(buf_text(&s->text), len));
	buf_clear(&s->text);
	if (s->by_one && s->child != NULL && !s->leaving)
		session_child_send_away(s, s->runner->leave_ms);
}

/* ---- questions ---- */

static void
new_nonce(struct session *s)
{
	unsigned long long random = 0;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
		random = (unsigned long long)clock_mono_us();
	str_printf(s->nonce, sizeof(s->nonce), "ud%016llx", random);
}

static void
put(struct session *s, const char *statements)
{
	char *text;

	if (s->link != NULL) {
		session_link_ask(s, statements);
		return;
	}
	new_nonce(s);
	text = s->dialect->wrap(statements, s->nonce);
	session_child_send(s, text);
	if (s->by_one)
		session_child_send(s, s->dialect->leave);
	free(text);
}

static int64_t
left_ms(const struct ask *a)
{
	int64_t left = a->until_ms - clock_mono_ms();

	return a->until_ms == 0 ? a->limit_ms : left > 1 ? left : 1;
}

static void
begin(struct session *s, struct ask *a)
{
	struct ud_error err;

	ending_began(&a->outcome);
	if (s->link == NULL && s->child == NULL && session_child_start(s, &err) != 0) {
		conclude(s, a, ENDING_FAILED, mem_strdup(err.text));
		return;
	}
	buf_clear(&s->text);
	s->asked = a;
	s->awaiting = NULL;
	event_del(s->limit);
	if (a->limit_ms > 0)
		timer_start(s->limit, left_ms(a));
	put(s, a->statements);
}

static struct ask *
take(struct ask_queue *queue)
{
	struct ask *a = TAILQ_FIRST(queue);

	if (a != NULL)
		TAILQ_REMOVE(queue, a, entry);
	return a;
}

static struct ask *
take_next(struct session *s)
{
	struct ask *a = take(&s->urgent);

	return a != NULL ? a : take(&s->queue);
}

/* The next question waits for the end of a child that was sent away. */
static void
await_leaving(struct session *s)
{
	struct ask *a = TAILQ_FIRST(&s->urgent);

	if (a == NULL)
		a = TAILQ_FIRST(&s->queue);
	if (a == NULL || a == s->awaiting)
		return;
	s->awaiting = a;
	event_del(s->limit);
	if (a->limit_ms <= 0)
		return;
	ending_began(&a->outcome);
	timer_start(s->limit, left_ms(a));
}

/* Nothing was ever heard of it. A shell, which has no words to leave, answers at once; and one to
 * whose host there is no connection keeps nothing back. */
static bool
may_be_hushed(const struct session *s)
{
	return !s->heard && !s->hushed && !s->by_one && !s->closing &&
	    channel_is_open(s->child) &&
	    s->dialect->leave[0] != '\0';
}

static void
on_limit(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;
	struct ask *a;

	(void)fd;
	(void)what;
	if (s->asked == NULL) {
		s->awaiting = NULL;
		a = take_next(s);
		if (a != NULL)
			conclude(s, a, ENDING_TIMED_OUT,
			    mem_strdup("the session before it does not end"));
		return;
	}
	if (s->link != NULL)
		s->connector->close(s->link, &s->text);
	if (s->child != NULL && may_be_hushed(s)) {
		s->hushed = true;
		session_child_send(s, s->dialect->leave);
		timer_start(s->limit, HUSHED_MS);
		return;
	}
	session_failed(s, ENDING_TIMED_OUT);
	if (s->child != NULL)
		session_child_send_away(s, 0);
}

/* Those that are prompt have waited for their time behind another. */
static void
on_patience(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;
	int64_t now = clock_mono_ms(), first = 0;
	struct ask *a, *next;

	(void)fd;
	(void)what;
	for (a = TAILQ_FIRST(&s->urgent); a != NULL; a = next) {
		next = TAILQ_NEXT(a, entry);
		if (a->until_ms > now && (first == 0 || a->until_ms < first))
			first = a->until_ms;
		if (a->until_ms == 0 || a->until_ms > now)
			continue;
		TAILQ_REMOVE(&s->urgent, a, entry);
		if (s->awaiting == a) {
			s->awaiting = NULL;
			event_del(s->limit);
		}
		conclude(s, a, ENDING_TIMED_OUT,
		    mem_strdup("the question before it is not answered"));
	}
	event_del(s->patience);
	if (first > 0)
		timer_start(s->patience, first - now);
}

static void
send_outdated_away(struct session *s)
{
	s->outdated = false;
	if (s->child == NULL || s->leaving)
		return;
	session_child_send(s, s->dialect->leave);
	session_child_send_away(s, s->runner->leave_ms);
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;
	struct ask *a = take(&s->over);
	void (*closed)(void *) = s->closed;

	(void)fd;
	(void)what;
	if (a != NULL) {
		struct outcome o = a->outcome;
		job_done_fn *done = a->done;
		void *done_arg = a->arg;

		a->outcome = (struct outcome){ 0 };
		ask_free(a);
		session_schedule(s);
		done(done_arg, &o);
	} else if (s->closing && !session_is_open(s) && s->asked == NULL) {
		s->closing = false;
		s->closed = NULL;
		session_schedule(s);
		if (closed != NULL)
			closed(s->closed_arg);
	} else if (s->asked == NULL && s->outdated && !s->closing) {
		send_outdated_away(s);
		session_schedule(s);
	} else if (s->asked == NULL && !s->leaving && !s->closing) {
		a = take_next(s);
		if (a != NULL)
			begin(s, a);
	} else if (s->asked == NULL && !s->closing) {
		await_leaving(s);
	}
}

void
session_ask(struct session *s, const char *statements, int64_t limit_ms,
    enum ask_order order, job_done_fn *done, void *arg)
{
	struct ask *a = mem_alloc(sizeof(*a));

	a->statements = mem_strdup(statements);
	a->limit_ms = limit_ms;
	a->done = done;
	a->arg = arg;
	if (s->closing) {
		conclude(s, a, ENDING_FAILED,
		    mem_strdup("the session is being closed"));
		return;
	}
	TAILQ_INSERT_TAIL(order != ASK_LAST ? &s->urgent : &s->queue, a, entry);
	session_schedule(s);
	if (order != ASK_PROMPT || limit_ms <= 0)
		return;
	ending_began(&a->outcome);
	a->until_ms = clock_mono_ms() + limit_ms;
	on_patience(-1, 0, s);
}

static void
fail_queue(struct session *s, struct ask_queue *queue)
{
	struct ask *a;

	while ((a = take(queue)) != NULL)
		conclude(s, a, ENDING_FAILED, mem_strdup("the session was closed"));
}

void
session_close(struct session *s, void (*closed)(void *arg), void *arg)
{
	s->closed = closed;
	s->closed_arg = arg;
	s->closing = true;
	fail_queue(s, &s->urgent);
	fail_queue(s, &s->queue);
	session_schedule(s);
	if (s->link != NULL)
		session_link_send_away(s, s->runner->leave_ms);
	if (s->child == NULL || s->leaving)
		return;
	session_child_send(s, s->dialect->leave);
	session_child_send_away(s, s->runner->leave_ms);
}

/* ---- life ---- */

static struct session *
new_session(struct runner *r)
{
	struct session *s = mem_alloc(sizeof(*s));

	s->runner = r;
	TAILQ_INIT(&s->urgent);
	TAILQ_INIT(&s->queue);
	TAILQ_INIT(&s->over);
	s->turn = evtimer_new(r->base, on_turn, s);
	s->limit = evtimer_new(r->base, on_limit, s);
	s->patience = evtimer_new(r->base, on_patience, s);
	LIST_INSERT_HEAD(&r->sessions, s, entry);
	return s;
}

struct session *
session_new(struct runner *r, const struct host *host, const struct dialect *dialect,
    const struct str_list *argv, const struct str_list *env)
{
	struct session *s = new_session(r);

	s->host = host;
	s->dialect = dialect;
	str_list_copy(&s->argv, argv);
	str_list_copy(&s->env, env);
	session_child_init(s);
	return s;
}

void
session_open_by(struct session *s, const struct str_list *argv, const struct str_list *env)
{
	if (str_list_equal(&s->argv, argv) && str_list_equal(&s->env, env))
		return;
	str_list_done(&s->argv);
	str_list_done(&s->env);
	str_list_copy(&s->argv, argv);
	str_list_copy(&s->env, env);
	s->outdated = s->child != NULL;
	session_schedule(s);
}

struct session *
session_new_link(struct runner *r, const struct connector *connector,
    const struct member *m, int installation)
{
	struct session *s = new_session(r);

	s->connector = connector;
	session_link_init(s, m, installation);
	return s;
}

static void
drop_queue(struct ask_queue *queue)
{
	struct ask *a;

	while ((a = take(queue)) != NULL)
		ask_free(a);
}

void
session_free(struct session *s)
{
	if (s == NULL)
		return;
	if (s->link != NULL)
		session_link_done(s);
	else
		session_child_done(s);
	if (s->asked != NULL)
		ask_free(s->asked);
	drop_queue(&s->urgent);
	drop_queue(&s->queue);
	drop_queue(&s->over);
	event_free(s->turn);
	event_free(s->limit);
	event_free(s->patience);
	buf_done(&s->text);
	str_list_done(&s->argv);
	str_list_done(&s->env);
	LIST_REMOVE(s, entry);
	free(s);
}

bool
session_is_open(const struct session *s)
{
	return s->link != NULL ? s->connector->is_open(s->link) : s->child != NULL;
}

bool
session_is_busy(const struct session *s)
{
	return s->asked != NULL || !TAILQ_EMPTY(&s->urgent) ||
	    !TAILQ_EMPTY(&s->queue) || !TAILQ_EMPTY(&s->over);
}
