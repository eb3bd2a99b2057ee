/*
 * What all utilities share: finding options without regard to case, the data source at the
 * end of the line, prompts, and the wording of what they print.
 */
#ifndef SANDBOX_UTILITY_H
#define SANDBOX_UTILITY_H

#include <stdbool.h>
#include <stdio.h>

#include "tests/sandbox/session.h"

struct utility {
	struct world *w;
	const char *name; /* as documented: ttAdmin */
	int argc;
	char **argv;
	struct dsn dsn;
	FILE *errors; /* stderr, or stdout by a knob */
};

/*
 * An option with its number of values. utility_parse() takes them from anywhere on the line.
 * seen counts; value points into argv.
 */
struct option_spec {
	const char *name; /* "-repStart" */
	int values;
	int seen;
	const char *value;
};

/*
 * Reads the line: options of the table (ended by a NULL name; single-letter options mind
 * their case), then words that are none. Returns the number of words, or -1 after a usage
 * error was printed.
 */
int utility_parse(struct utility *u, struct option_spec *specs, const char **words,
    int max);

/* Prints "NAME: why: word" (without a word: "NAME: why") and the usage; -1. */
int utility_usage(struct utility *u, const char *why, const char *word);

/* {-h|-help|-?} | {-V|-version}, alone: the usage, or the release. True: that was asked for. */
bool utility_tells_itself(const struct utility *u);

/* Keeps everybody else out of the database of the DSN, which is being made, until the wire is
 * closed. 0, or -1 with err. */
int utility_hold(struct utility *u, struct wire *wire, const char *why, struct sim_error *err);

/* The data source out of -connStr, -dsn or the word. 0, or -1 after the error was printed. */
int utility_dsn(struct utility *u, const char *argument);

/* Prints an error block and returns status. */
int utility_refuse(struct utility *u, const struct sim_error *err, int status);

/* Connects as the utility, asking for a password when UID has none. */
int utility_connect(struct utility *u, struct session *c, struct sim_error *err);

/* Asks on the terminal without echo; -1 without a terminal, unless a knob lets stdin do. */
int utility_prompt(struct utility *u, const char *text, char *ret, size_t size_bytes);

/* Replaces stdout by one that words things as the knob `wording` says. */
void utility_dress_output(const struct world *w);

int tt_admin(struct utility *u);
int tt_rep_admin(struct utility *u);
int tt_isql(struct utility *u);
int tt_migrate(struct utility *u);
int tt_backup(struct utility *u);
int tt_restore(struct utility *u);
int tt_destroy(struct utility *u);
int tt_status(struct utility *u);
int tt_version(struct utility *u);
int tt_daemon_admin(struct utility *u);
int tt_xact_admin(struct utility *u);
int sandbox_main(int argc, char **argv);

#endif
