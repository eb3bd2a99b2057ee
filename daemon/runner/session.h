/* A session, for session.c that asks, session_child.c that has the child, and
 * session_link.c that has the link instead. */
#ifndef UD_RUNNER_SESSION_H
#define UD_RUNNER_SESSION_H

#include "common/buf.h"
#include "daemon/runner/parts.h"

struct evbuffer;

#define NONCE 24

struct ask {
	TAILQ_ENTRY(ask) entry;
	char *statements;
	int64_t limit_ms;
	int64_t until_ms; /* of one that is prompt: it is waited for no longer; else 0 */
	job_done_fn *done;
	void *arg;
	struct outcome outcome;
};
TAILQ_HEAD(ask_queue, ask);

typedef void session_noted_fn(void *arg, const char *line);

struct session {
	LIST_ENTRY(session) entry;
	struct runner *runner;
	const struct connector *connector; /* NULL: a child answers */
	struct link *link;
	const struct host *host;
	const struct dialect *dialect;
	struct str_list argv, env;
	bool outdated; /* the child was started by other words: the next question has a new one */
	struct child *child; /* NULL: none */
	bool leaving;        /* the child was told to go, or is about to end */
	bool termed;         /* and had TERM already */
	bool heard;	     /* this one, or one before it, has printed something */
	bool hushed;	     /* none had, and it was told to leave with a question in hand */
	bool by_one;	     /* the tool prints when it ends: a child for each question */
	int in, out;         /* our ends; -1 closed */
	struct event *readable, *writable;
	session_noted_fn *noted; /* NULL: errors are in the output */
	void *noted_arg;
	int notes; /* our end of its errors; -1: none */
	struct event *notes_readable;
	struct buf notes_text;
	struct evbuffer *unsent;
	struct buf text; /* printed since the question was written */
	char nonce[NONCE];
	struct ask *asked; /* the question that is unanswered */
	const struct ask *awaiting; /* the next one, whose limit runs while a child leaves */
	struct ask_queue urgent, queue;
	struct ask_queue over; /* have their outcome: told from the loop */
	struct event *turn; /* the only place that calls out: from the loop, as the last
				* thing it does, for who is called may free the session */
	struct event *limit; /* of the question, asked or awaiting */
	struct event *patience; /* of the first prompt one in the queue */
	struct event *kill;  /* of a child that was told to go, a link that is to */
	bool closing;
	void (*closed)(void *arg);
	void *closed_arg;
};

/* A child elsewhere has its errors as a stream of its own: each line is told, from the
 * loop. Before the first question only. */
void session_watch(struct session *s, session_noted_fn *noted, void *arg);

/* session.c */
void session_answered(struct session *s); /* more was printed: is the answer whole? */
void session_took(struct session *s, struct outcome *o); /* the answer; takes over o */
void session_failed(struct session *s, enum ending why); /* no answer will come */
void session_schedule(struct session *s);

/* session_child.c */
void session_child_init(struct session *s);
void session_child_done(struct session *s);
int session_child_start(struct session *s, struct ud_error *err) UD_CHECKED;
void session_child_send(struct session *s, const char *text);

/* Told to go: TERM, at once or when after_ms have passed, then KILL. */
void session_child_send_away(struct session *s, int64_t after_ms);

/* session_link.c */
void session_link_init(struct session *s, const struct member *m, int installation);
void session_link_done(struct session *s);
void session_link_ask(struct session *s, const char *statements);

/* Its connections end, at once or when after_ms have passed and a question is still in
 * hand, which fails. */
void session_link_send_away(struct session *s, int64_t after_ms);

#endif
