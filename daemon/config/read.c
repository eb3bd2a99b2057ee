/*
 * A file as nodes, read by libconfuse: the only file that knows it.
 *
 * libconfuse keeps no line of a value, so the nodes are made in its callbacks, where the
 * line is known. All keys are declared as lists of strings and all sections as repeatable:
 * then types, repetitions and missing keys are found by our own rules, all of them in one
 * run. What libconfuse reports are faults of the grammar, and it stops at the first.
 *
 * It takes the end of the file for a closing brace, and ignores a string that is not
 * closed. Therefore a key of our own stands behind the text: it must arrive at the top.
 */
#include "config.h"

#include "daemon/config/internal.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"

#define OPENED      "(opened)" /* a list with a default: set when a section begins */
#define END_KEY     "end-of-the-file"
#define SIZE_MAX_KB 1024
#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* what some editors begin a file with */
#define ROUNDS_MAX  200 /* unknown keys reported of one file */

/* The reading in hand: libconfuse's callbacks take no argument of ours. */
static struct reading {
	const char *file;
	struct node *top, *at;
	bool ended;  /* END_KEY arrived at the top */
	bool failed; /* libconfuse said why: */
	bool unknown;
	int line;
	char word[64], text[192];
	struct str_list accepted;
	char where[NODE_WORDS];
} now;

/* ---- callbacks ---- */

static int
on_open(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	struct node *n = mem_alloc(sizeof(*n));

	(void)opt;
	*n = (struct node){ .name = mem_strdup(now.at != NULL ? cfg->name : ""),
		.title = mem_strdup(cfg->title),
		.file = mem_strdup(now.file),
		.line = cfg->line > 0 ? cfg->line : 1,
		.parent = now.at,
		.source = cfg };
	if (now.at == NULL) {
		now.top = n;
	} else {
		struct node *p = now.at;

		p->children = mem_array(p->children, p->child_count + 1, sizeof(n));
		p->children[p->child_count++] = n;
	}
	now.at = n;
	*(const char **)result = value;
	return 0;
}

static struct node_key *
add_key(struct node *n, const char *name, int line)
{
	n->keys = mem_array(n->keys, n->key_count + 1, sizeof(*n->keys));
	n->keys[n->key_count] =
	    (struct node_key){ .name = mem_strdup(name), .line = line };
	return &n->keys[n->key_count++];
}

static int
on_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	struct node *n = now.at;
	struct node_key *k = NULL;

	/* The first value of each assignment is number 1: the older ones were dropped. */
	if (opt->nvalues > 1 && n->key_count > 0)
		k = &n->keys[n->key_count - 1];
	if (k == NULL || !str_equal(k->name, opt->name))
		k = add_key(n, opt->name, cfg->line);
	str_list_add(&k->values, value);
	*(const char **)result = value;
	return 0;
}

static int
on_end(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	(void)cfg;
	(void)opt;
	now.ended = true;
	*(const char **)result = value;
	return 0;
}

/* An empty list has no value: it is found when its section closes. */
static int
on_close(cfg_t *cfg, cfg_opt_t *opt)
{
	const cfg_t *source = now.at->source;

	(void)cfg;
	(void)opt;
	for (const cfg_opt_t *o = source->opts; o->name != NULL; o++)
		if (o->type == CFGT_STR && o->nvalues == 0 &&
		    (o->flags & CFGF_MODIFIED) != 0 &&
		    node_key(now.at, o->name) == NULL)
			(void)add_key(now.at, o->name, now.at->line);
	now.at = now.at->parent;
	return 0;
}

/* The word in quotes of "no such option 'x'". */
static void
take_word(const char *text)
{
	const char *start = strchr(text, '\''), *end = strrchr(text, '\'');

	now.word[0] = '\0';
	if (start != NULL && end > start)
		str_printf(now.word, sizeof(now.word), "%.*s", (int)(end - start - 1),
		    start + 1);
}

static void
on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char *text;

	if (now.failed)
		return;
	text = mem_vprintf(fmt, ap);
	now.failed = true;
	now.line = cfg->line > 0 ? cfg->line : 1;
	str_copy(now.text, sizeof(now.text), text);
	take_word(text);
	free(text);
	now.unknown = str_starts(now.text, "no such option");
	(void)node_words(now.at, now.where);
	for (const cfg_opt_t *o = cfg->opts; o->name != NULL; o++)
		if (!str_equal(o->name, OPENED) && !str_equal(o->name, END_KEY))
			str_list_add(&now.accepted, o->name);
}

/* ---- our tables to libconfuse's ---- */

static char opened_default[] = "{x}";

static cfg_opt_t
string_list(const char *name, cfg_callback_t callback)
{
	return (cfg_opt_t){ .name = name,
		.type = CFGT_STR,
		.flags = CFGF_LIST,
		.parsecb = callback };
}

/* Freed by options_free(); libconfuse copies them. A name that two engines share stands
 * once. */
static cfg_opt_t *
options_new(const struct section *s, bool top)
{
	cfg_opt_t *o = mem_array(NULL, s->key_count + s->section_count + 3, sizeof(*o));
	size_t n = 0;

	o[n] = string_list(OPENED, on_open);
	o[n++].def.parsed = opened_default;
	if (top)
		o[n++] = string_list(END_KEY, on_end);
	for (size_t i = 0; i < s->key_count; i++)
		if (schema_key(s, s->keys[i].name, NULL) == &s->keys[i])
			o[n++] = string_list(s->keys[i].name, on_value);
	for (size_t i = 0; i < s->section_count; i++)
		o[n++] = (cfg_opt_t){ .name = s->sections[i].name,
			.type = CFGT_SEC,
			.flags = CFGF_MULTI | (s->sections[i].titled ? CFGF_TITLE : 0),
			.subopts = options_new(&s->sections[i], false),
			.validcb = on_close };
	o[n] = (cfg_opt_t)CFG_END();
	return o;
}

static void
options_free(cfg_opt_t *o)
{
	for (cfg_opt_t *i = o; i->name != NULL; i++)
		if (i->subopts != NULL)
			options_free(i->subopts);
	free(o);
}

/* ---- one file ---- */

static void
parse_once(const char *file, const char *text, const struct section *top)
{
	cfg_opt_t *options = options_new(top, true);
	cfg_t *cfg;
	FILE *f;

	str_list_done(&now.accepted);
	now = (struct reading){ .file = file };
	cfg = cfg_init(options, CFGF_NONE);
	options_free(options);
	f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	if (cfg == NULL || f == NULL) {
		now.failed = true;
		now.line = 1;
		str_copy(now.text, sizeof(now.text), strerror(errno));
	} else {
		cfg_set_error_function(cfg, on_error);
		cfg->filename = strdup(file);
		if (cfg_parse_fp(cfg, f) != CFG_SUCCESS && !now.failed) {
			now.failed = true;
			now.line = cfg->line;
			str_copy(now.text, sizeof(now.text), "syntax error");
		}
	}
	if (f != NULL)
		fclose(f);
	cfg_free(cfg);
}

/* libconfuse's sentences in the form of ours. */
static void
report_syntax(struct report *r, const char *file, const char *text, int last_line)
{
	int line = now.line > last_line ? last_line : now.line;
	const char *key = now.word[0] != '\0' ? now.word : "syntax";

	if (str_starts(now.text, "missing equal sign"))
		report_error(r, file, line_of_word(text, line, key), key, "key = value",
		    "no value");
	else if (str_starts(now.text, "missing opening brace"))
		report_error(r, file, line, key, "a section in braces { ... }",
		    "this is the name of a section");
	else if (str_starts(now.text, "missing title"))
		report_error(r, file, line, key, "a section \"name\" { ... }",
		    "this section needs a name");
	else if (str_starts(now.text, "unexpected closing brace"))
		report_error(r, file, line, "syntax", "one } for each {",
		    "a } too many");
	else if (str_starts(now.text, "premature end"))
		report_error(r, file, line, "syntax", "key = value",
		    "the file ends within a statement");
	else
		report_error(r, file, line, "syntax",
		    "key = value, key = { \"a\", \"b\" }, section { ... }, "
		    "section \"name\" { ... }",
		    "%s",
		    now.text);
}

static void
report_unknown(struct report *r, const char *file)
{
	char *accepted = words_near(&now.accepted, now.word);

	report_error(r, file, now.line, now.word,
	    accepted[0] != '\0' ? accepted : "} at its end, it has no keys", "unknown in %s",
	    now.where);
	free(accepted);
}

/* A section, a string or a comment that is still open where the text ends. */
static void
report_open(struct report *r, const char *file, int last_line)
{
	if (now.at != NULL && now.at->parent != NULL)
		report_error(r, file, now.at->line, now.at->name, "} at its end",
		    "%s is not closed", now.where);
	else
		report_error(r, file, last_line, "syntax", "*/ at its end",
		    "a comment is not closed");
}

/* Before libconfuse sees it: it would take the lines that follow for the string. */
static bool
report_open_string(struct report *r, const char *file, const char *text)
{
	char word[64];
	int line;

	if (!find_open_string(text, &line, word, sizeof(word)))
		return false;
	report_error(r, file, line, word[0] != '\0' ? word : "syntax",
	    "a quote at both ends of a string, in one line",
	    "a string begins here that is not closed");
	return true;
}

static struct node *
parse_rounds(const char *file, char *whole, int last_line, const struct section *top,
    struct report *r)
{
	for (int round = 0; round < ROUNDS_MAX; round++) {
		parse_once(file, whole, top);
		if (!now.failed && now.ended)
			return now.top;
		if (!now.failed || str_equal(now.word, END_KEY)) {
			(void)node_words(now.at, now.where);
			report_open(r, file, last_line);
		} else if (now.unknown) {
			report_unknown(r, file);
		} else {
			report_syntax(r, file, whole, last_line);
		}
		if (!now.unknown || str_equal(now.word, END_KEY) ||
		    !skip_statement(whole, now.line, now.word))
			break;
		node_free(now.top);
		now.top = NULL;
	}
	node_free(now.top);
	return NULL;
}

static int
count_lines(const char *text)
{
	int n = 0;

	for (const char *p = text; *p != '\0'; p++)
		n += *p == '\n' && p[1] != '\0';
	return n + 1;
}

struct node *
node_parse(const char *file, const char *text, const struct section *top,
    struct report *r)
{
	const char *start = str_starts(text, BYTE_ORDER_MARK) ? text + 3 : text;
	char *whole = mem_printf("%s\n" END_KEY " = 1\n", start), *escaped;
	struct node *ret = NULL;

	skip_comments(whole);
	escaped = escape_dollars(whole);
	if (!report_open_string(r, file, escaped))
		ret = parse_rounds(file, escaped, count_lines(text), top, r);
	str_list_done(&now.accepted);
	free(escaped);
	free(whole);
	return ret;
}

/* The whole file; NULL: reported. */
static char *
read_text(const char *file, struct report *r)
{
	static const char accepted[] = "a readable file of text, at most 1 MiB";
	FILE *f = fopen(file, "re");
	struct buf b = { 0 };
	char block[8192];
	size_t n;

	if (f == NULL) {
		report_error(r, file, 1, "file", accepted, "%s", strerror(errno));
		return NULL;
	}
	while (
	    b.len <= SIZE_MAX_KB * 1024 && (n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&b, block, n);
	if (ferror(f))
		report_error(r, file, 1, "file", accepted, "%s", strerror(errno));
	else if (b.len > SIZE_MAX_KB * 1024)
		report_error(r, file, 1, "file", accepted, "too long");
	else if (strlen(buf_text(&b)) != b.len)
		report_error(r, file, 1, "file", accepted, "holds a zero byte");
	else {
		fclose(f);
		return buf_take(&b);
	}
	fclose(f);
	buf_done(&b);
	return NULL;
}

struct node *
node_read(const char *file, const struct section *top, struct report *r)
{
	char *text = read_text(file, r);
	struct node *n;

	if (text == NULL)
		return NULL;
	n = node_parse(file, text, top, r);
	free(text);
	return n;
}
