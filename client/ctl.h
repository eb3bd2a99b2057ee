/*
 * One run of upgradectl: the words it was given, its connection, where it prints.
 */
#ifndef UD_CLIENT_CTL_H
#define UD_CLIENT_CTL_H

#include <stdbool.h>
#include <stdio.h>

#include "client/api.h"
#include "client/options.h"
#include "client/problem.h"
#include "client/style.h"

struct http;

struct ctl {
	struct options opt;
	struct http *http;
	FILE *in;
	FILE *out;
	FILE *err;
	struct view view;     /* of out */
	struct view err_view; /* of err */
	bool is_screen;       /* out is a terminal: frames may be redrawn in place */
	bool may_ask;         /* in and err are terminals: a person can answer */
};

/* The whole program. Returns the exit status. */
int ctl_run(int argc, char **argv, FILE *in, FILE *out, FILE *err);

/* Prints an answer: to programs as it came, to people as this page, or not (--quiet). */
typedef void ctl_page(struct buf *out, const struct view *v, const json_t *doc);
void ctl_show(struct ctl *ctl, const struct answer *a, ctl_page *page);

/* The same for a document that the client put together out of several answers. */
void ctl_show_doc(struct ctl *ctl, const json_t *doc, ctl_page *page);

/* A line for people: not with --json, not with --quiet. */
void ctl_say(struct ctl *ctl, const char *fmt, ...) UD_PRINTF(2, 3);

/* Tells a problem to people on err, and to programs on out. Empties it. Returns its exit
 * status. */
int ctl_problem(struct ctl *ctl, struct problem *p);

#endif
