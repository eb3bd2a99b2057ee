#include "config.h"

#include "daemon/engine/postgres/sql/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/postgres/sql/connection.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/sql/script.h"

#define OUTPUT_MOST (16 << 20)

struct target {
	LIST_ENTRY(target) entry;
	struct link *link;
	char *name; /* of \connect; "" the default */
	struct connection *connection;
};

struct link {
	struct event_base *base;
	const struct member *member;
	int installation;
	LIST_HEAD(target_list, target) targets;

	/* The script in hand; done NULL: none. */
	void (*done)(void *arg, struct outcome *o);
	void *arg;
	const char *rest;       /* what is not begun yet */
	char *chosen;           /* by the last \connect */
	struct target *in_hand; /* connecting, or busy with the statement */
	char *statement;        /* of in_hand */
	struct outcome outcome; /* once it is known */
	bool cleaning;          /* it is: transactions that are left open are ended */
	bool kept;              /* no connection is made anew */
	struct buf out;
};

static void walk(struct link *l);

static void
target_free(struct target *t)
{
	LIST_REMOVE(t, entry);
	connection_free(t->connection);
	free(t->name);
	free(t);
}

static void
forget_script(struct link *l)
{
	l->done = NULL;
	l->rest = NULL;
	l->in_hand = NULL;
	l->cleaning = l->kept = false;
	free(l->chosen);
	free(l->statement);
	l->chosen = l->statement = NULL;
}

/* ---- the end of a script ---- */

/* The receiver may close the link: nothing of it is touched after the call. */
static void
finish(struct link *l)
{
	struct outcome o = l->outcome;
	void (*done)(void *arg, struct outcome *o) = l->done;

	o.output = buf_take(&l->out);
	forget_script(l);
	done(l->arg, &o);
}

static struct target *
find_open_transaction(const struct link *l)
{
	struct target *t;

	LIST_FOREACH(t, &l->targets, entry)
		if (connection_in_transaction(t->connection))
			return t;
	return NULL;
}

static void
clean_up(struct link *l)
{
	struct target *t = find_open_transaction(l);

	l->cleaning = true;
	l->in_hand = t;
	if (t == NULL)
		finish(l);
	else
		connection_send(t->connection, "ROLLBACK", NULL);
}

static void
end(struct link *l, enum ending ending, int status)
{
	l->outcome = (struct outcome){ .ending = ending, .status = status };
	clean_up(l);
}

/* ---- connections ---- */

static void
send_statement(struct link *l)
{
	char *statement = l->statement;

	l->statement = NULL;
	connection_send(l->in_hand->connection, statement, &l->out);
	free(statement);
}

static void
on_news(void *arg, struct connection *c, enum news news)
{
	struct target *t = arg;
	struct link *l = t->link;
	bool ours = l->in_hand == t;

	(void)c;
	if (news == NEWS_LOST)
		target_free(t);
	if (!ours)
		return;
	if (news == NEWS_READY) {
		send_statement(l);
		return;
	}
	l->in_hand = NULL;
	if (l->cleaning)
		clean_up(l);
	else if (news == NEWS_LOST)
		end(l, ENDING_FAILED, 0);
	else if (news == NEWS_FAILED)
		end(l, ENDING_EXITED, 1);
	else
		walk(l);
}

static struct target *
find_target(struct link *l, const char *name)
{
	struct target *t;

	LIST_FOREACH(t, &l->targets, entry)
		if (str_equal(t->name, name))
			return t;
	return NULL;
}

static struct target *
new_target(struct link *l, const char *name)
{
	struct ud_error err = { 0 };
	char *conninfo = pg_conninfo(l->member, l->installation, name, &err);
	struct target *t;

	if (conninfo == NULL) {
		buf_addf(&l->out, "%s\n", err.text);
		return NULL;
	}
	t = mem_alloc(sizeof(*t));
	t->link = l;
	t->name = mem_strdup(name);
	t->connection =
	    connection_new(l->base, conninfo, str_starts(name, "pooler:"), on_news, t);
	LIST_INSERT_HEAD(&l->targets, t, entry);
	return t;
}

/* What is known to have hung up at rest is made anew. */
static void
ask_target(struct link *l)
{
	const char *name = l->chosen != NULL ? l->chosen : "";
	struct target *t = find_target(l, name);

	if (t != NULL && connection_is_alive(t->connection)) {
		l->in_hand = t;
		send_statement(l);
		return;
	}
	if (t != NULL)
		target_free(t);
	if (l->kept)
		buf_adds(&l->out, SESSION_NOT_KEPT "\n");
	t = l->kept ? NULL : new_target(l, name);
	if (t == NULL) {
		end(l, ENDING_FAILED, 0);
		return;
	}
	l->in_hand = t;
	connection_open(t->connection, &l->out);
}

/* ---- the script ---- */

static void
walk(struct link *l)
{
	struct script_part part;

	for (;;) {
		l->rest = script_next(l->rest, &part);
		if (part.kind == SCRIPT_KEPT) {
			l->kept = true;
			continue;
		}
		if (part.kind != SCRIPT_CONNECT)
			break;
		free(l->chosen);
		l->chosen = mem_strndup(part.text, part.len);
	}
	switch (part.kind) {
	case SCRIPT_STATEMENT:
		l->statement = mem_strndup(part.text, part.len);
		ask_target(l);
		return;
	case SCRIPT_BROKEN:
		buf_addf(&l->out, "the script has no end of: %.40s\n", part.text);
		end(l, ENDING_FAILED, 0);
		return;
	case SCRIPT_CONNECT:
	case SCRIPT_KEPT:
	case SCRIPT_END:
		break;
	}
	end(l, ENDING_EXITED, 0);
}

static void
link_ask(struct link *l, const char *statements,
    void (*done)(void *arg, struct outcome *o), void *arg)
{
	l->done = done;
	l->arg = arg;
	l->rest = statements;
	walk(l);
}

static void
link_close(struct link *l, struct buf *printed)
{
	struct target *t;

	forget_script(l);
	if (printed != NULL)
		buf_adds(printed, buf_text(&l->out));
	buf_clear(&l->out);
	while ((t = LIST_FIRST(&l->targets)) != NULL)
		target_free(t);
}

static bool
link_is_open(const struct link *l)
{
	return !LIST_EMPTY(&l->targets);
}

static struct link *
link_new(struct event_base *base, const struct member *m, int installation)
{
	struct link *l = mem_alloc(sizeof(*l));

	l->base = base;
	l->member = m;
	l->installation = installation;
	LIST_INIT(&l->targets);
	buf_init(&l->out, OUTPUT_MOST);
	return l;
}

static void
link_free(struct link *l)
{
	if (l == NULL)
		return;
	link_close(l, NULL);
	buf_done(&l->out);
	free(l);
}

const struct connector pg_connector = {
	.link = link_new,
	.ask = link_ask,
	.close = link_close,
	.is_open = link_is_open,
	.free = link_free,
};
