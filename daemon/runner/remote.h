/*
 * What a shell of another host is given to read.
 *
 * Two shells stand before a command there. The first, the login shell of the account, may
 * be any: it gets one short command line without anything that a shell could take for
 * its own, which starts a POSIX sh. That sh reads one line from its input and evaluates
 * it: all arguments are in that line. So no argument is too long for a command line, and
 * none is seen in the list of processes before its own program has it.
 *
 * In the line every byte stands for itself, between single quotes, but for two: the quote,
 * and the line end, which would end the line: "$ud_n" has one.
 */
#ifndef UD_RUNNER_REMOTE_H
#define UD_RUNNER_REMOTE_H

#include "common/buf.h"

/* Adds the text as one word of such a line, whatever its bytes. */
void remote_quote(struct buf *line, const char *text);
void remote_quote_all(struct buf *line, char *const *words); /* each behind a blank */
void remote_export(struct buf *line, char *const *env); /* NAME=value, NULL: none */

/* The command line for the login shell. become: what makes the user that it is to run as,
 * "" for none. New string. */
char *remote_command(const char *become);

/* How argv is to run behind the connection. */
enum remote_way {
	REMOTE_PROCESS, /* its input is empty; it ends when ours does */
	REMOTE_SESSION, /* its input is ours; it ends when ours does */
	REMOTE_WATCHED, /* the same, and its errors are a stream of their own */
};

/* The line that makes it run so. New string. */
char *remote_line(enum remote_way way, char *const *argv, char *const *env);

/* The line of the first thing that is run. run_as may be NULL. New string. */
char *remote_greeting(const char *run_as);

/* The text of the shell that serves jobs: its argument is the text of job.sh. */
extern const char *const remote_agent;

#endif
