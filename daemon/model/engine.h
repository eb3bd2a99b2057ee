/*
 * The contract of an engine: everything the house knows about a kind of database.
 *
 * An engine is tables and pure functions. It says what to ask a member and reads the
 * answers; who runs the questions, when and over which connection is not its business.
 */
#ifndef UD_MODEL_ENGINE_H
#define UD_MODEL_ENGINE_H

#include "common/buf.h"
#include "daemon/model/command.h"
#include "daemon/model/config_key.h"
#include "daemon/model/data_file.h"
#include "daemon/model/objection.h"
#include "daemon/model/finding.h"
#include "daemon/model/growth.h"
#include "daemon/model/observation.h"
#include "daemon/model/procedure.h"

struct event_base;

/* How a long-lived child that reads lines is spoken to: a tool that is connected to the
 * database (TimesTen: ttIsql), or a shell on its host. */
struct dialect {
	/* argv and environment that start it for this member. installation: whose database;
	 * -1 for a shell, which is of no installation. */
	void (*open)(const struct member *m, int installation, struct str_list *argv,
	    struct str_list *env);

	/* Text to write for these statements, with something at its end that makes the tool
	 * print the nonce. New string. */
	char *(*wrap)(const char *statements, const char *nonce);

	/* The end of the answer in what was printed so far: sets *ret_len to the length of
	 * the answer before the nonce's line and *ret_status to its exit status (0 where
	 * the tool has none), and returns the start of the rest; NULL: not there yet. */
	const char *(*end)(const char *text, const char *nonce, size_t *ret_len,
	    int *ret_status);

	/* Text that makes the tool leave: "exit;\n". */
	const char *leave;
};

/*
 * How a session is had without a child: by connections of our own (PostgreSQL: libpq).
 * A link belongs to one session, which queues, limits and closes for it. Nothing in here
 * waits.
 */
struct link; /* of the connector that made it */

struct connector {
	/* Prepares a link to the member's database; connects to nothing. base and m are
	 * borrowed until it is freed. */
	struct link *(*link)(struct event_base *base, const struct member *m,
	    int installation);

	/* Runs statements, one question at a time, connecting first where that is needed.
	 * done is called once, from the loop or from inside the call, unless the link is
	 * closed before: o has ending, status and output, which the receiver takes over;
	 * its times are not set. statements is borrowed until then. */
	void (*ask)(struct link *l, const char *statements,
	    void (*done)(void *arg, struct outcome *o), void *arg);

	/* Ends its connections at once, also those in the making. The question in hand gets
	 * no answer any more; what it printed so far is added to printed. */
	void (*close)(struct link *l, struct buf *printed);

	bool (*is_open)(const struct link *l); /* has a connection */
	void (*free)(struct link *l);	       /* closes, too; NULL is allowed */
};

/* Who answers a question. */
enum via {
	VIA_PROCESS, /* a short-lived process: argv, env */
	VIA_SESSION, /* the member's session of an installation: statements */
	VIA_SHELL    /* the member's shell: statements */
};

/* One question of an observation. */
struct question {
	enum via via;
	int installation; /* whose tools, or whose session */
	struct str_list argv, env;
	char *statements;
	unsigned looks;	 /* aspects that its answer serves */
	int tag;	 /* the engine's own mark */
	int64_t limit_ms;
};
void question_done(struct question *q);

/* A procedure of other engines that this one has no counterpart for, and why. */
struct no_counterpart {
	const char *procedure;
	const char *reason;
	const char *remedy;
};

struct engine {
	const char *name;  /* "timesten": the section of hosts and the value of `engine` */
	const char *alias; /* another word for the value of `engine`; NULL: none */
	const char *title; /* "TimesTen Classic" */

	/* Keys beyond those every engine has, each table ended by a NULL name. */
	const struct config_key *installation_keys;
	const struct config_key *member_keys;
	const struct config_key *pair_keys;

	/* Files of facts that it reads at the start, NULL-ended; NULL: none. */
	const struct data_file *const *data_files;

	const struct procedure *const *procedures; /* NULL-ended, best first */
	const char *const *options; /* that each of them takes; NULL-ended, NULL: none */

	/* Can the option have this value for the pair, beyond what its entry says? to is NULL while
	 * the configuration is read, options (all that are in force) also before a procedure is
	 * found. -1: no, err says what is accepted. NULL as the function: any. */
	int (*check_option)(const struct pair *p, const char *key, const char *value,
	    const struct release *to, const struct settings *options, struct ud_error *err);
	const struct no_counterpart *refused; /* ended by a NULL procedure; NULL: none */
	const struct connector *connector; /* of sessions; NULL: the dialect */
	const struct dialect *dialect;	   /* of sessions that are children */
	const struct dialect *shell; /* of the member's shell; NULL: the engine has none */

	/* Details of an observation that people are shown as well; NULL-ended, NULL: none. */
	const char *const *shown;

	/* Checks the engine's keys, and against each other, when the configuration is loaded
	 * and nothing else is wrong with it. NULL: there is nothing to check. */
	void (*validate)(const struct pair *p, struct objections *f);

	/* The key by which two members, also of two pairs, name one database; NULL: they name
	 * two. NULL as the function: equal settings do. */
	const char *(*clash)(const struct member *a, const struct member *b);

	/*
	 * The next question to answer `looks` of a member, given what this round has seen so
	 * far; false when there is none. round counts questions from 0. sessions: false while
	 * no session may be opened to this member (then nothing that would load it is asked).
	 */
	bool (*ask)(const struct member *m, unsigned looks, const struct observation *draft,
	    int round, bool sessions, struct question *ret);

	/* Reads an answer into the draft: sets values, never the times. Aspects that could
	 * not be read are taken out of *seen (which starts as q->looks), and draft->error
	 * says why. */
	void (*answer)(const struct member *m, const struct question *q,
	    const struct outcome *o, struct observation *draft, unsigned *seen);

	/* What a command's end means. err: what the tool said, for people. */
	enum verdict (*judge)(const struct command *c, const struct outcome *o,
	    struct ud_error *err);

	/* What grows on the command's host while this job runs, so that people see how far it
	 * is; false: nothing that is known. NULL as the function: of no job. */
	bool (*grows)(const struct command *c, struct growth *ret);

	/* Reads what a job printed next, for how many rows it moved by now. NULL: no job tells. */
	void (*moved)(const struct command *c, struct rows_moved *r, const char *text, size_t len);

	/* Does what was seen speak against a procedure that applies? Then text says what, and
	 * another one is proposed if there is one. NULL: nothing ever does. */
	bool (*objects)(const struct pair *p, const struct procedure *pr,
	    const struct observation *seen, const struct release *from,
	    const struct release *to, char *text, size_t size);

	/* The engine's findings for this pair, plan and observations, added to f. */
	void (*check)(const struct plan *plan, const struct observation *seen,
	    struct findings *f);

	bool host_is_shared; /* members of one host share what steps stop and start: one after
			      * another, also where subscribers are worked on side by side */
	bool own_marker; /* makes a table for the marker row itself when none is named */

	/* Looks that check wants of every member. */
	unsigned check_looks;

	bool (*same_major)(const struct release *a, const struct release *b);
	int (*release_parse)(const char *text, struct release *ret, struct ud_error *err);
};

/* Does this word of a person name the engine? */
bool engine_is(const struct engine *e, const char *word);

#endif
