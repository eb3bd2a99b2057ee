#include "config.h"

#include "client/options.h"

#include <stdlib.h>
#include <string.h>

#include "client/nearest.h"
#include "client/render_table.h"
#include "client/verb.h"
#include "common/duration.h"

#define DEFAULT_SOCKET "/run/upgraded/control.sock"

enum kind { FLAG, TEXT, LIST, DURATION, NUMBER };

/* clang-format off */
#define FIELD(f) offsetof(struct options, f)
static const struct option_row {
	const char *name, *arg; /* arg NULL: takes none */
	enum kind kind;
	size_t at;
	const char *help;
	char letter;
} rows[OPTS] = {
	[OPT_SOCKET]     = { "--socket",     "PATH",    TEXT, FIELD(socket), "the daemon's control socket (UPGRADECTL_SOCKET; else " DEFAULT_SOCKET ")" },
	[OPT_URL]        = { "--url",        "URL",     TEXT, FIELD(url), "the daemon's address instead of its socket (UPGRADECTL_URL)" },
	[OPT_TOKEN_FILE] = { "--token-file", "PATH",    TEXT, FIELD(token_file), "file with the token for steering by --url; only you may read it" },
	[OPT_JSON]       = { "--json",       NULL,      FLAG, FIELD(json), "print what the API answers; followed verbs a document per line" },
	[OPT_NO_COLOR]   = { "--no-color",   NULL,      FLAG, FIELD(no_color), "no colour (NO_COLOR; none anyway where it is no terminal)" },
	[OPT_QUIET]      = { "--quiet",      NULL,      FLAG, FIELD(quiet), "print errors only; the exit status says the rest", 'q' },
	[OPT_HELP]       = { "--help",       NULL,      FLAG, FIELD(help), "print this", 'h' },
	[OPT_VERSION]    = { "--version",    NULL,      FLAG, FIELD(version), "print the version of upgradectl", 'V' },
	[OPT_TO]         = { "--to",         "RELEASE", TEXT, FIELD(to), "the release to go to" },
	[OPT_PROCEDURE]  = { "--procedure",  "NAME",    TEXT, FIELD(procedure), "the procedure; without it the daemon names the one that fits" },
	[OPT_OPTION]     = { "--option",     "K=V",     LIST, FIELD(settings), "an option of the procedure; may be repeated" },
	[OPT_GATES]      = { "--gates",      "LIST",    TEXT, FIELD(gates), "gates with commas between, every-step, or none; else those of the configuration" },
	[OPT_WAIT]       = { "--wait",       NULL,      FLAG, FIELD(wait), "follow it until it ends or needs somebody" },
	[OPT_WATCH]      = { "--watch",      NULL,      FLAG, FIELD(watch), "follow it until the upgrade ends", 'w' },
	[OPT_THROUGH]    = { "--through",    "GATE",    TEXT, FIELD(through), "approve every gate up to this one" },
	[OPT_ALL]        = { "--all",        NULL,      FLAG, FIELD(all), "approve every gate to the end" },
	[OPT_COMMENT]    = { "--comment",    "TEXT",    TEXT, FIELD(comment), "recorded with it" },
	[OPT_YES]        = { "--yes",        NULL,      FLAG, FIELD(yes), "do not ask", 'y' },
	[OPT_FOR]        = { "--for",        "WHAT",    TEXT, FIELD(wait_for), "done, gate or attention; without it whatever comes first" },
	[OPT_TIMEOUT]    = { "--timeout",    "TIME",    DURATION, FIELD(timeout_ms), "give up after: 90s, 15m, 6h (the upgrade goes on)" },
	[OPT_STATE]      = { "--state",      "STATE",   TEXT, FIELD(state), "only those in this state" },
	[OPT_LIMIT]      = { "--limit",      "N",       NUMBER, FIELD(limit), "at most this many" },
	[OPT_AFTER]      = { "--after",      "ID",      TEXT, FIELD(after), "go on behind this one" },
	[OPT_STEP]       = { "--step",       "N",       TEXT, FIELD(step), "only the commands of this step" },
	[OPT_FOLLOW]     = { "--follow",     NULL,      FLAG, FIELD(follow), "print new commands until the upgrade ends", 'f' },
};
#undef FIELD
/* clang-format on */

/* The option with this name, of len bytes, or this letter; OPTS: none. */
static enum opt
find_option(const char *word, size_t len)
{
	enum opt i;

	for (i = 0; i < OPTS; i++) {
		if (strlen(rows[i].name) == len &&
		    strncmp(rows[i].name, word, len) == 0)
			return i;
		if (len == 2 && word[0] == '-' && rows[i].letter != '\0' &&
		    word[1] == rows[i].letter)
			return i;
	}
	return OPTS;
}

static int
set_number(const char *name, const char *text, int64_t *ret, struct ud_error *err)
{
	if (str_to_int(text, 1, 100000, ret))
		return 0;
	(void)ud_fail(err, UD_EUSAGE, "%s \"%s\" is not a number from 1 to 100000",
	    name, text);
	return ud_remedy(err, "write %s 20", name);
}

static int
set_option(struct options *o, const struct option_row *row, const char *text,
    struct ud_error *err)
{
	char *at = (char *)o + row->at;

	switch (row->kind) {
	case FLAG:
		*(bool *)(void *)at = true;
		return 0;
	case TEXT:
		*(const char **)(void *)at = text;
		return 0;
	case LIST:
		str_list_add((struct str_list *)(void *)at, text);
		return 0;
	case DURATION:
		if (duration_parse(text, (int64_t *)(void *)at, err) != 0)
			return ud_wrap(err, "%s", row->name);
		return 0;
	case NUMBER:
		return set_number(row->name, text, (int64_t *)(void *)at, err);
	}
	return -1;
}

static int
fail_unknown_option(const struct options *o, const char *word, struct ud_error *err)
{
	const char *names[OPTS], *near;
	size_t i, count = 0;
	unsigned int set = OPTS_GLOBAL | (o->verb == NULL ? ~0u : o->verb->options);

	for (i = 0; i < OPTS; i++) {
		if ((set & OPT_BIT(i)) != 0)
			names[count++] = rows[i].name;
	}
	near = nearest(word, names, count);
	(void)ud_fail(err, UD_EUSAGE, "%s does not know %s",
	    o->verb == NULL ? "upgradectl" : o->verb->name, word);
	if (near != NULL)
		return ud_remedy(err, "did you mean %s?", near);
	return ud_remedy(err, "upgradectl%s%s --help lists what it knows",
	    o->verb == NULL ? "" : " ", o->verb == NULL ? "" : o->verb->name);
}

/* argv[*i] is an option: takes it, and its argument. *given gets its bit. */
static int
take_option(int argc, char **argv, int *i, struct options *o, unsigned int *given,
    struct ud_error *err)
{
	const char *word = argv[*i], *equal = strchr(word, '=');
	size_t len = equal != NULL ? (size_t)(equal - word) : strlen(word);
	enum opt opt = find_option(word, len);
	const char *text = equal == NULL ? NULL : equal + 1;

	if (opt == OPTS)
		return fail_unknown_option(o, word, err);
	if (rows[opt].arg == NULL && text != NULL) {
		(void)ud_fail(err, UD_EUSAGE, "%s takes no argument", rows[opt].name);
		return ud_remedy(err, "write %s alone", rows[opt].name);
	}
	if (rows[opt].arg != NULL && text == NULL)
		text = *i + 1 < argc ? argv[++*i] : NULL;
	if (rows[opt].arg != NULL && (text == NULL || *text == '\0')) {
		(void)ud_fail(err, UD_EUSAGE, "%s needs an argument", rows[opt].name);
		return ud_remedy(err, "write %s %s", rows[opt].name, rows[opt].arg);
	}
	*given |= OPT_BIT(opt);
	return set_option(o, &rows[opt], text, err);
}

static int
take_verb(struct options *o, const char *word, struct ud_error *err)
{
	const char *near;

	if (str_equal(word, "help")) {
		o->help = true;
		return 0;
	}
	o->verb = verbs_find(word);
	if (o->verb != NULL)
		return 0;
	near = verbs_nearest(word);
	(void)ud_fail(err, UD_EUSAGE, "there is no verb %s", word);
	if (near != NULL)
		return ud_remedy(err, "did you mean upgradectl %s?", near);
	return ud_remedy(err, "upgradectl --help lists the verbs");
}

static int
take_word(struct options *o, const char *word, struct ud_error *err)
{
	if (o->verb == NULL)
		return take_verb(o, word, err);
	if (o->subject == NULL && o->verb->subject != NULL) {
		o->subject = word;
		return 0;
	}
	(void)ud_fail(err, UD_EUSAGE, "%s: one word too many: %s", o->verb->name, word);
	return ud_remedy(err, "write upgradectl %s", o->verb->usage);
}

/* Options that stand before the verb are only judged here, when the verb is known. */
static int
judge(const struct options *o, unsigned int given, struct ud_error *err)
{
	enum opt i;

	if (o->help || o->verb == NULL)
		return 0;
	for (i = 0; i < OPTS; i++) {
		if ((given & OPT_BIT(i) & ~(OPTS_GLOBAL | o->verb->options)) != 0)
			return fail_unknown_option(o, rows[i].name, err);
		if ((OPT_BIT(i) & o->verb->needed & ~given) != 0) {
			(void)ud_fail(err, UD_EUSAGE, "%s needs %s %s", o->verb->name,
			    rows[i].name, rows[i].arg);
			return ud_remedy(err, "write upgradectl %s", o->verb->usage);
		}
	}
	if (o->verb->subject_needed && o->subject == NULL) {
		(void)ud_fail(err, UD_EUSAGE, "%s needs %s", o->verb->name,
		    o->verb->subject);
		return ud_remedy(err, "write upgradectl %s", o->verb->usage);
	}
	if (o->socket != NULL && o->url != NULL) {
		(void)ud_fail(err, UD_EUSAGE, "--socket and --url name two daemons");
		return ud_remedy(err, "give one of them");
	}
	return o->verb->judge == NULL ? 0 : o->verb->judge(o, err);
}

int
options_parse(int argc, char **argv, struct options *o, struct ud_error *err)
{
	unsigned int given = 0;
	bool ended = false;
	int i;

	*o = (struct options){ .timeout_ms = -1, .limit = -1 };
	for (i = 1; i < argc; i++) {
		if (!ended && str_equal(argv[i], "--")) {
			ended = true;
		} else if (!ended && argv[i][0] == '-' && argv[i][1] != '\0') {
			if (take_option(argc, argv, &i, o, &given, err) != 0)
				return -1;
		} else if (take_word(o, argv[i], err) != 0) {
			return -1;
		}
	}
	return judge(o, given, err);
}

void
options_add_environment(struct options *o)
{
	const char *url = getenv("UPGRADECTL_URL"),
		   *socket = getenv("UPGRADECTL_SOCKET");
	const char *no_color = getenv("NO_COLOR");

	if (no_color != NULL && *no_color != '\0')
		o->no_color = true;
	if (o->socket == NULL && o->url == NULL && url != NULL && *url != '\0')
		o->url = url;
	if (o->socket == NULL && socket != NULL && *socket != '\0')
		o->socket = socket;
	if (o->socket == NULL)
		o->socket = DEFAULT_SOCKET;
}

void
options_done(struct options *o)
{
	str_list_done(&o->settings);
}

void
options_help(struct buf *out, const struct view *v, unsigned int set)
{
	static const char *const heads[] = { "", "", NULL };
	struct buf left = { 0 };
	struct table t;
	enum opt i;

	table_init(&t, v, heads);
	str_list_done(&t.cells); /* no heads */
	for (i = 0; i < OPTS; i++) {
		if ((set & OPT_BIT(i)) == 0)
			continue;
		if (rows[i].letter != '\0')
			buf_addf(&left, "-%c, ", rows[i].letter);
		buf_addf(&left, "%s%s%s", rows[i].name, rows[i].arg == NULL ? "" : " ",
		    rows[i].arg == NULL ? "" : rows[i].arg);
		table_add_buf(&t, &left);
		table_add(&t, rows[i].help);
	}
	table_done(&t, out, 2);
}
