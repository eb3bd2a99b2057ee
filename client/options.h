/*
 * The words behind `upgradectl`: one table of options for all verbs.
 *
 * An option may stand before or behind the verb, as "--to 22.1" or "--to=22.1"; "--"
 * ends them. A verb names the options it takes; another is refused with a suggestion.
 */
#ifndef UD_CLIENT_OPTIONS_H
#define UD_CLIENT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "client/style.h"
#include "common/buf.h"
#include "common/error.h"
#include "common/str.h"

struct verb;

enum opt {
	OPT_SOCKET,
	OPT_URL,
	OPT_TOKEN_FILE,
	OPT_JSON,
	OPT_NO_COLOR,
	OPT_QUIET,
	OPT_HELP,
	OPT_VERSION,
	OPT_TO,
	OPT_PROCEDURE,
	OPT_OPTION,
	OPT_GATES,
	OPT_WAIT,
	OPT_WATCH,
	OPT_THROUGH,
	OPT_ALL,
	OPT_COMMENT,
	OPT_YES,
	OPT_FOR,
	OPT_TIMEOUT,
	OPT_STATE,
	OPT_LIMIT,
	OPT_AFTER,
	OPT_STEP,
	OPT_FOLLOW,
	OPTS
};

#define OPT_BIT(o)  (1u << (o))
#define OPTS_GLOBAL (OPT_BIT(OPT_TO) - 1) /* all before OPT_TO */

/* Strings are borrowed from argv and the environment; NULL: not given. */
struct options {
	const struct verb *verb; /* NULL: none was named (help, version) */
	const char *subject;     /* PAIR, UPGRADE or ENGINE */
	const char *socket, *url, *token_file;
	bool json, no_color, quiet, help, version;
	const char *to, *procedure, *gates, *through, *comment, *wait_for;
	const char *state, *after, *step;
	struct str_list settings; /* K=V, in their order */
	bool wait, watch, all, yes, follow;
	int64_t timeout_ms; /* -1: none */
	int64_t limit;      /* -1: none */
};

/* Reads the arguments, argv[0] is the program. UD_EUSAGE says what is wrong and, as the
 * remedy, what is accepted. options_done() also after a failure. */
int options_parse(int argc, char **argv, struct options *o, struct ud_error *err)
    UD_CHECKED;

/* What the environment says where no option did: UPGRADECTL_URL, UPGRADECTL_SOCKET and
 * NO_COLOR; then the built-in socket. An option for one place beats both variables. */
void options_add_environment(struct options *o);
void options_done(struct options *o);

/* "  --to RELEASE   the release to go to", one line for every option in the set. */
void options_help(struct buf *out, const struct view *v, unsigned int set);

#endif
