/*
 * One thing to run: a vendor's tool on a host, statements in a session, or a hook of the
 * site; and how it ended. The same builder makes what the plan shows and what runs.
 */
#ifndef UD_MODEL_COMMAND_H
#define UD_MODEL_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "common/str.h"
#include "daemon/model/pair.h"

enum command_kind {
	COMMAND_NONE,	 /* nothing to run: the step only waits to see something */
	COMMAND_JOB,	 /* argv on a host; outlives the daemon */
	COMMAND_SESSION, /* statements in the long-lived session of a member */
	COMMAND_SHELL,	 /* the same in the shell of a member */
	COMMAND_HOOK	 /* argv of the site, a job where the daemon runs */
};

struct command {
	enum command_kind kind;
	const struct member *member; /* whom it is about; NULL: the pair */
	const struct host *host;     /* where a job runs; NULL: where the daemon runs */
	int installation;	     /* of the member, for sessions; -1 none */
	struct str_list argv;	     /* job, hook */
	struct str_list env;	     /* NAME=value, added */
	char *statements;	     /* session, shell: in the engine's words */
	/* Prompts on the job's terminal are answered: one that asks for a password with the
	 * first line of password_file, any other that asks for a user with user. */
	const char *user;
	const char *password_file; /* NULL: no terminal is given */
	/* Of a command that asks for two passwords: the second one; its prompts name the user
	 * whose it is, or one of these words. NULL: there is one. */
	const char *second_password_file, *second_user, *second_words;
	int64_t limit_ms;	   /* past it the job is told to end (limit 0: never) */
};

void command_init(struct command *c); /* kind NONE, everything empty */
void command_done(struct command *c);

/* What people and the journal see, quoted as for a shell, secrets redacted: new string. */
char *command_text(const struct command *c);

enum ending {
	ENDING_EXITED,	 /* status is the exit status */
	ENDING_SIGNALLED, /* status is the signal */
	ENDING_TIMED_OUT, /* told to end at its limit */
	ENDING_CANCELLED, /* told to end by us */
	ENDING_GONE,	 /* was started, no trace of its end: host rebooted, folder lost */
	ENDING_FAILED,	 /* could not be started, or the connection is lost: see text */
};

struct outcome {
	enum ending ending;
	int status;
	char *output; /* both streams, head and tail kept; never NULL; redacted */
	int64_t started_ms, ended_ms;	/* monotonic; 0 unknown */
	int64_t started_wall_ms, ended_wall_ms;
};

void outcome_done(struct outcome *o);
const char *ending_name(enum ending e); /* "exited", ... */

/* What a tool's end means to its step, by the engine's tables of numbers and words. */
enum verdict {
	VERDICT_OK,    /* says that it did it */
	VERDICT_AGAIN, /* refused for a reason that passes by itself: the same again */
	VERDICT_STOP,  /* refused: a person or another step must do something first */
	VERDICT_DANGER /* going on may lose data: nothing more without a person */
};
const char *verdict_name(enum verdict v);

#endif
