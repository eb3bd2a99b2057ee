/*
 *	resolving --> connecting --> setting up --> ready <--> busy
 *
 * Names are resolved before libpq sees them, which would wait for the answer: it is given
 * the addresses beside the name, which TLS and the passfile still go by.
 *
 * The socket is read also while nothing is asked, so that a server that hangs up is noticed
 * before the next question.
 */
#include "config.h"

#include "daemon/engine/postgres/sql/connection.h"

#include <event2/event.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/engine/postgres/sql/conninfo.h"
#include "daemon/engine/postgres/sql/lookup.h"
#include "daemon/engine/postgres/sql/result.h"

enum stage {
	STAGE_NEW,
	STAGE_RESOLVING,
	STAGE_CONNECTING,
	STAGE_READY,
	STAGE_BUSY,
	STAGE_LOST
};

struct connection {
	struct event_base *base;
	char *conninfo;
	bool console;
	connection_fn *news;
	void *arg;
	enum stage stage;
	bool setting_up; /* busy with the first statements, which are ours */
	bool failed;     /* the statement in hand did */
	bool ended;      /* by its own words the session is over */
	bool lost;       /* the connection is over, says libpq */
	struct lookup *lookup;
	PGconn *pg;
	char *words; /* of libpq when the server hung up; NULL: it did not */
	struct event *readable, *writable; /* of the socket that libpq has now */
	struct buf *out;
};

/* ---- the session ---- */

/*
 * A session of ours: may write when the default is not to; is not ended for waiting, by
 * lock, statement or idleness, as limits are the caller's; reads strings as script.h does;
 * finds nothing by a search path that somebody else may write to; prints one way.
 */
#define SETUP                                                           \
	"SET default_transaction_read_only = off;"                      \
	"SET lock_timeout = 0; SET statement_timeout = 0;"              \
	"SET idle_in_transaction_session_timeout = 0;"                  \
	"SET standard_conforming_strings = on;"                         \
	"SET search_path = ''; SET client_encoding = 'UTF8';"           \
	"SET DateStyle = 'ISO'; SET extra_float_digits = 1;"            \
	"SET bytea_output = 'hex'; SET client_min_messages = 'notice';" \
	"SET application_name = 'upgraded';"

/* A statement whose client died ends by itself, also while it waits. */
#define SETUP_14                                       \
	"SET client_connection_check_interval = '2s';" \
	"SET idle_session_timeout = 0;"
#define SETUP_17 "SET transaction_timeout = 0;"

/* ---- what comes ---- */

/* What has no fields is libpq's own: the connection is lost, which is told with that. */
static void
add_error(struct connection *c, const PGresult *r)
{
	if (PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) == NULL) {
		c->lost = true;
		return;
	}
	c->ended = result_ends_session(r);
	if (c->out != NULL)
		result_add_error(c->out, r);
}

/* PgBouncer refuses to resume what is not paused, as after a restart of its own: that is so. */
static bool
is_so_already(const struct connection *c, const PGresult *r)
{
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

	return c->console && text != NULL && str_starts(text, "database ") &&
	    strstr(text, " is not paused") != NULL;
}

/* A server that ends the session says so as a notice when nothing is in hand. */
static void
on_notice(void *arg, const PGresult *r)
{
	struct connection *c = arg;

	if (c->stage == STAGE_READY && result_ends_session(r))
		c->ended = true;
	if (c->out != NULL && c->stage == STAGE_BUSY && !c->setting_up)
		result_add_notice(c->out, r);
}

/* ---- ends ---- */

static void
forget_socket(struct connection *c)
{
	if (c->readable != NULL)
		event_free(c->readable);
	if (c->writable != NULL)
		event_free(c->writable);
	c->readable = c->writable = NULL;
}

static void
tell(struct connection *c, enum news news)
{
	c->out = NULL;
	c->news(c->arg, c, news);
}

/* libpq's words; why: ours, where it has none. */
static void
lose(struct connection *c, const char *why)
{
	const char *said = c->words != NULL ? c->words
	    : c->pg != NULL                 ? PQerrorMessage(c->pg)
					    : "";

	/* After a FATAL it only adds that the server hung up. */
	if (c->out != NULL && !c->ended) {
		buf_adds(c->out, said[0] != '\0' ? said : why);
		if (c->out->len > 0 && c->out->data[c->out->len - 1] != '\n')
			buf_adds(c->out, "\n");
	}
	forget_socket(c);
	c->stage = STAGE_LOST;
	tell(c, NEWS_LOST);
}

/* ---- statements ---- */

/* A copy has no place in a script: what it would read or write is not there. */
static bool
take_result(struct connection *c, const PGresult *r)
{
	switch (PQresultStatus(r)) {
	case PGRES_TUPLES_OK:
		if (c->out != NULL && !c->setting_up)
			result_add_rows(c->out, r);
		return true;
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
		return true;
	case PGRES_FATAL_ERROR:
	case PGRES_BAD_RESPONSE:
		if (is_so_already(c, r))
			return true;
		c->failed = true;
		add_error(c, r);
		return true;
	default: /* of libpq's: copies, and what we do not ask for */
		return false;
	}
}

static void
end_statement(struct connection *c)
{
	bool first = c->setting_up;

	c->stage = STAGE_READY;
	c->setting_up = false;
	if (first && c->failed) {
		c->ended = true; /* it has said why */
		lose(c, "");
		return;
	}
	tell(c, first ? NEWS_READY : c->failed ? NEWS_FAILED : NEWS_DONE);
}

enum collected { COLLECTED_PART, COLLECTED_ALL, COLLECTED_WRONG };

static enum collected
collect_results(struct connection *c)
{
	while (!PQisBusy(c->pg)) {
		PGresult *r = PQgetResult(c->pg);
		bool taken = r == NULL || take_result(c, r);

		PQclear(r);
		if (r == NULL)
			return COLLECTED_ALL;
		if (!taken)
			return COLLECTED_WRONG;
	}
	return COLLECTED_PART;
}

/* hung_up: no more will come than what is there. */
static void
take_results(struct connection *c, bool hung_up)
{
	switch (collect_results(c)) {
	case COLLECTED_ALL:
		/* Its end was heard: that the session ended, too, is for the next one. */
		if (!c->ended && !c->lost) {
			end_statement(c);
			return;
		}
		break;
	case COLLECTED_WRONG:
		if (c->out != NULL)
			buf_adds(c->out, "a COPY cannot be part of a script\n");
		c->ended = true;
		break;
	case COLLECTED_PART:
		if (!hung_up)
			return;
		break;
	}
	lose(c, "the connection is lost");
}

/* True when all is sent; what is left is sent when the socket takes it. */
static bool
flush(struct connection *c)
{
	int left = PQflush(c->pg);

	if (left > 0)
		event_add(c->writable, NULL);
	return left >= 0;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;
	bool hung_up = PQconsumeInput(c->pg) == 0;

	(void)fd;
	(void)what;
	if (hung_up) {
		c->words = mem_strdup(PQerrorMessage(c->pg));
		forget_socket(c); /* libpq has closed it */
	}
	if (c->stage == STAGE_BUSY)
		take_results(c, hung_up || !flush(c));
	else if (hung_up)
		lose(c, "");
	else
		(void)PQisBusy(c->pg); /* reads what nobody asked for */
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;

	(void)fd;
	(void)what;
	if (!flush(c))
		lose(c, "the statement could not be sent");
}

static void
begin(struct connection *c, const char *statement, struct buf *out)
{
	c->stage = STAGE_BUSY;
	c->failed = c->ended = c->lost = false;
	c->out = out;
	if (PQsendQuery(c->pg, statement) == 0 || !flush(c))
		lose(c, "the statement could not be sent");
}

void
connection_send(struct connection *c, const char *statement, struct buf *out)
{
	begin(c, statement, out);
}

/* ---- making it ---- */

static void
watch_socket(struct connection *c, event_callback_fn readable,
    event_callback_fn writable)
{
	int fd = PQsocket(c->pg);

	forget_socket(c);
	c->readable = event_new(c->base, fd, EV_READ | EV_PERSIST, readable, c);
	c->writable = event_new(c->base, fd, EV_WRITE, writable, c);
}

static void
set_up(struct connection *c)
{
	int version = PQserverVersion(c->pg);
	char *text;

	PQsetnonblocking(c->pg, 1);
	PQsetNoticeReceiver(c->pg, on_notice, c);
	watch_socket(c, on_readable, on_writable);
	event_add(c->readable, NULL);
	if (c->console) {
		c->stage = STAGE_READY;
		tell(c, NEWS_READY);
		return;
	}
	text = mem_printf("%s%s%s", SETUP, version >= 140000 ? SETUP_14 : "",
	    version >= 170000 ? SETUP_17 : "");
	c->setting_up = true;
	begin(c, text, c->out);
	free(text);
}

static void on_progress(evutil_socket_t fd, short what, void *arg);

/* libpq may have another socket after each step: it tries the next address. */
static void
await(struct connection *c, PostgresPollingStatusType next)
{
	switch (next) {
	case PGRES_POLLING_OK:
		set_up(c);
		return;
	case PGRES_POLLING_READING:
		watch_socket(c, on_progress, on_progress);
		event_add(c->readable, NULL);
		return;
	case PGRES_POLLING_WRITING:
		watch_socket(c, on_progress, on_progress);
		event_add(c->writable, NULL);
		return;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE: /* unused, and not made */
		break;
	}
	lose(c, "the connection could not be made");
}

static void
on_progress(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;

	(void)fd;
	(void)what;
	await(c, PQconnectPoll(c->pg));
}

static void
ignore_notice(void *arg, const PGresult *r)
{
	(void)arg;
	(void)r;
}

static void
connect_to(struct connection *c, const char *conninfo)
{
	c->stage = STAGE_CONNECTING;
	c->pg = PQconnectStart(conninfo);
	if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD) {
		lose(c, "the connection could not be begun");
		return;
	}
	PQsetNoticeReceiver(c->pg, ignore_notice, c);
	await(c, PGRES_POLLING_WRITING);
}

static void
on_addresses(void *arg, const struct str_list *addresses, const char *why)
{
	struct connection *c = arg;
	struct settings options = { 0 };
	struct ud_error err;
	char *conninfo;

	c->lookup = NULL;
	if (conninfo_parse(c->conninfo, &options, &err) != 0) {
		lose(c, err.text);
		settings_done(&options);
		return;
	}
	if (why != NULL) {
		ud_fail(&err, UD_EUNREACHABLE,
		    "no address of host \"%.128s\" was found: %s",
		    settings_get(&options, "host"), why);
		settings_done(&options);
		lose(c, err.text);
		return;
	}
	conninfo = conninfo_with_addresses(&options, addresses);
	settings_done(&options);
	connect_to(c, conninfo);
	explicit_bzero(conninfo, strlen(conninfo));
	free(conninfo);
}

void
connection_open(struct connection *c, struct buf *out)
{
	struct settings options = { 0 };
	struct ud_error err = { 0 };
	struct lookup *l;
	const char *name;

	c->out = out;
	if (conninfo_parse(c->conninfo, &options, &err) != 0) {
		lose(c, err.text);
		return;
	}
	name = conninfo_name_to_resolve(&options);
	if (name != NULL) {
		c->stage = STAGE_RESOLVING;
		l = lookup_start(c->base, name, on_addresses, c);
		if (l != NULL) /* else it is over, and c perhaps, too */
			c->lookup = l;
	} else {
		connect_to(c, c->conninfo);
	}
	settings_done(&options);
}

/* ---- life ---- */

bool
connection_is_alive(struct connection *c)
{
	return c->stage == STAGE_READY && PQconsumeInput(c->pg) == 1 &&
	    !PQisBusy(c->pg) && !c->ended && PQstatus(c->pg) == CONNECTION_OK;
}

bool
connection_in_transaction(const struct connection *c)
{
	PGTransactionStatusType t =
	    c->stage == STAGE_READY ? PQtransactionStatus(c->pg) : PQTRANS_IDLE;

	return t == PQTRANS_INTRANS || t == PQTRANS_INERROR;
}

struct connection *
connection_new(struct event_base *base, char *conninfo, bool console,
    connection_fn *news, void *arg)
{
	struct connection *c = mem_alloc(sizeof(*c));

	c->base = base;
	c->conninfo = conninfo;
	c->console = console;
	c->news = news;
	c->arg = arg;
	return c;
}

void
connection_free(struct connection *c)
{
	if (c == NULL)
		return;
	lookup_cancel(c->lookup);
	forget_socket(c);
	PQfinish(c->pg);
	explicit_bzero(c->conninfo, strlen(c->conninfo));
	free(c->conninfo);
	free(c->words);
	free(c);
}
