/*
 * How commands of this engine begin: a tool as a job, statements for databases of a
 * member, a line for its shell. The same text is shown in a plan and run.
 */
#ifndef UD_ENGINE_POSTGRES_UTILITIES_COMMAND_H
#define UD_ENGINE_POSTGRES_UTILITIES_COMMAND_H

#include "common/buf.h"
#include "daemon/model/command.h"

/* A job on the member's host that begins with this tool of the installation. */
void pg_job(struct command *c, const struct member *m, int installation,
    const char *tool);

/* The same, where several things must go together: sh -c TEXT upgraded ARGUMENTS. Its
 * arguments ($1, $2, ...) are added to c->argv by the caller. */
void pg_job_sh(struct command *c, const struct member *m, const char *text);

/* A line for the member's shell: a function of host.sh; its words follow. */
void pg_shell_call(struct command *c, const struct member *m, const char *function);
void pg_shell_word(struct command *c, const char *word);
void pg_shell_wordf(struct command *c, const char *fmt, ...) UD_PRINTF(2, 3);

/*
 * Statements for databases of one server: in the member's session, or, of a private server
 * (private.h), through psql in its shell. Each runs by itself, in order; the first that
 * fails is the last.
 */
struct pg_script {
	struct command *c;
	int installation;
	const char *superuser; /* NULL: the session */
	bool in_database;
};

/* superuser: who is asked as through the private socket; NULL: the session is used. */
void pg_script_begin(struct pg_script *s, struct command *c, const struct member *m,
    int installation, const char *superuser);

/* What follows is asked in each database by itself, all at once: at the session, that is; through
 * psql they take turns. Each is chosen once. */
void pg_script_together(struct pg_script *s);

/* What follows is for this database; at first it is the one that conninfo names. */
void pg_script_in(struct pg_script *s, const char *database);

/* The same for the console of a pooler of the pair: in the session only. */
void pg_script_at_pooler(struct pg_script *s, const char *pooler);

void pg_script_add(struct pg_script *s, const char *fmt, ...) UD_PRINTF(2, 3);

#endif
