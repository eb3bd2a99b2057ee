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

/* Statements that are asked one after the other. */
struct strand {
	STAILQ_ENTRY(strand) entry;
	const char *rest;       /* what is not begun yet */
	char *chosen;           /* by the last \connect */
	struct target *in_hand; /* connecting, or busy with the statement */
	char *statement;        /* of in_hand */
	struct buf out;
	bool over;
	struct outcome outcome; /* once it is */
};

struct link {
	struct event_base *base;
	const struct member *member;
	int installation;
	LIST_HEAD(target_list, target) targets;

	/* The script in hand; done NULL: none. */
	void (*done)(void *arg, struct outcome *o);
	void *arg;
	STAILQ_HEAD(strand_list, strand) strands; /* one, more behind \together */
	bool together;
	bool kept;               /* no connection is made anew */
	struct target *cleaning; /* of all that was asked: a transaction was left open */
	struct outcome outcome;
};

static void walk(struct link *l, struct strand *s);

static void
target_free(struct target *t)
{
	LIST_REMOVE(t, entry);
	connection_free(t->connection);
	free(t->name);
	free(t);
}

static struct strand *
strand_add(struct link *l, const char *rest, char *chosen)
{
	struct strand *s = mem_alloc(sizeof(*s));

	s->rest = rest;
	s->chosen = chosen;
	buf_init(&s->out, OUTPUT_MOST);
	STAILQ_INSERT_TAIL(&l->strands, s, entry);
	return s;
}

static void
forget_script(struct link *l)
{
	struct strand *s;

	while ((s = STAILQ_FIRST(&l->strands)) != NULL) {
		STAILQ_REMOVE_HEAD(&l->strands, entry);
		free(s->chosen);
		free(s->statement);
		buf_done(&s->out);
		free(s);
	}
	l->done = NULL;
	l->cleaning = NULL;
	l->together = l->kept = false;
}

/* ---- the end of a script ---- */

static char *
take_printed(struct link *l)
{
	struct buf b = { 0 };
	struct strand *s;

	STAILQ_FOREACH(s, &l->strands, entry) {
		char *text = buf_take(&s->out);

		if (!l->together)
			return text;
		buf_adds(&b, text);
		free(text);
	}
	return buf_take(&b);
}

/* The receiver may close the link: nothing of it is touched after the call. */
static void
finish(struct link *l)
{
	struct outcome o = l->outcome;
	void (*done)(void *arg, struct outcome *o) = l->done;

	o.output = take_printed(l);
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

	l->cleaning = t;
	if (t == NULL)
		finish(l);
	else
		connection_send(t->connection, "ROLLBACK", NULL);
}

/* The script ends with its last strand, as the first one that failed did. */
static void
end(struct link *l, struct strand *s, enum ending ending, int status)
{
	struct strand *bad = NULL;

	s->over = true;
	s->outcome = (struct outcome){ .ending = ending, .status = status };
	STAILQ_FOREACH(s, &l->strands, entry) {
		if (!s->over)
			return;
		if (bad == NULL &&
		    (s->outcome.ending != ENDING_EXITED || s->outcome.status != 0))
			bad = s;
	}
	l->outcome = bad != NULL ? bad->outcome : STAILQ_FIRST(&l->strands)->outcome;
	clean_up(l);
}

/* ---- connections ---- */

static void
send_statement(struct strand *s)
{
	char *statement = s->statement;

	s->statement = NULL;
	connection_send(s->in_hand->connection, statement, &s->out);
	free(statement);
}

static struct strand *
find_asker(const struct link *l, const struct target *t)
{
	struct strand *s;

	STAILQ_FOREACH(s, &l->strands, entry)
		if (s->in_hand == t)
			return s;
	return NULL;
}

static void
on_news(void *arg, struct connection *c, enum news news)
{
	struct target *t = arg;
	struct link *l = t->link;
	struct strand *s = find_asker(l, t);
	bool cleaning = l->cleaning == t;

	(void)c;
	if (news == NEWS_LOST)
		target_free(t);
	if (cleaning) {
		clean_up(l);
		return;
	}
	if (s == NULL)
		return;
	if (news == NEWS_READY) {
		send_statement(s);
		return;
	}
	s->in_hand = NULL;
	if (news == NEWS_LOST)
		end(l, s, ENDING_FAILED, 0);
	else if (news == NEWS_FAILED)
		end(l, s, ENDING_EXITED, 1);
	else
		walk(l, s);
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
new_target(struct link *l, struct strand *s, const char *name)
{
	struct ud_error err = { 0 };
	char *conninfo = pg_conninfo(l->member, l->installation, name, &err);
	struct target *t;

	if (conninfo == NULL) {
		buf_addf(&s->out, "%s\n", err.text);
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
ask_target(struct link *l, struct strand *s)
{
	const char *name = s->chosen != NULL ? s->chosen : "";
	struct target *t = find_target(l, name);

	if (t != NULL && find_asker(l, t) != NULL) {
		buf_addf(&s->out, "the script asks %s twice at once\n", name);
		end(l, s, ENDING_FAILED, 0);
		return;
	}
	if (t != NULL && connection_is_alive(t->connection)) {
		s->in_hand = t;
		send_statement(s);
		return;
	}
	if (t != NULL)
		target_free(t);
	if (l->kept)
		buf_adds(&s->out, SESSION_NOT_KEPT "\n");
	t = l->kept ? NULL : new_target(l, s, name);
	if (t == NULL) {
		end(l, s, ENDING_FAILED, 0);
		return;
	}
	s->in_hand = t;
	connection_open(t->connection, &s->out);
}

/* ---- the script ---- */

/* Behind \together: a strand for each \connect, all begun before any of them may end. */
static void
part_ways(struct link *l, struct strand *s)
{
	struct strand *first = s, *next;
	const char *rest = s->rest;
	struct script_part part;

	l->together = true;
	do {
		rest = script_next(rest, &part);
		if (part.kind == SCRIPT_CONNECT)
			strand_add(l, rest, mem_strndup(part.text, part.len));
	} while (part.kind != SCRIPT_END && part.kind != SCRIPT_BROKEN);
	for (s = first; s != NULL; s = next) {
		next = STAILQ_NEXT(s, entry);
		walk(l, s);
	}
}

static void
walk(struct link *l, struct strand *s)
{
	struct script_part part;

	for (;;) {
		s->rest = script_next(s->rest, &part);
		if (part.kind == SCRIPT_KEPT) {
			l->kept = true;
			continue;
		}
		if (part.kind != SCRIPT_CONNECT || l->together)
			break;
		free(s->chosen);
		s->chosen = mem_strndup(part.text, part.len);
	}
	switch (part.kind) {
	case SCRIPT_STATEMENT:
		s->statement = mem_strndup(part.text, part.len);
		ask_target(l, s);
		return;
	case SCRIPT_TOGETHER:
		if (!l->together) {
			part_ways(l, s);
			return;
		}
		break;
	case SCRIPT_BROKEN:
		buf_addf(&s->out, "the script has no end of: %.40s\n", part.text);
		end(l, s, ENDING_FAILED, 0);
		return;
	case SCRIPT_CONNECT:
	case SCRIPT_KEPT:
	case SCRIPT_END:
		break;
	}
	end(l, s, ENDING_EXITED, 0);
}

static void
link_ask(struct link *l, const char *statements,
    void (*done)(void *arg, struct outcome *o), void *arg)
{
	l->done = done;
	l->arg = arg;
	walk(l, strand_add(l, statements, NULL));
}

static void
link_close(struct link *l, struct buf *printed)
{
	struct target *t;
	struct strand *s;

	if (printed != NULL)
		STAILQ_FOREACH(s, &l->strands, entry)
			buf_adds(printed, buf_text(&s->out));
	forget_script(l);
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
	STAILQ_INIT(&l->strands);
	return l;
}

static void
link_free(struct link *l)
{
	if (l == NULL)
		return;
	link_close(l, NULL);
	free(l);
}

const struct connector pg_connector = {
	.link = link_new,
	.ask = link_ask,
	.close = link_close,
	.is_open = link_is_open,
	.free = link_free,
};
