/*
 * Between the files of this folder: text -> nodes -> objects.
 *
 *	read.c, node.c  a file as nodes: sections and keys with lines (libconfuse)
 *	skip.c          blanks comments and unknown statements before that
 *	schema.c        the tables of keys, and what the engines add to them
 *	value.c         one key: given once, of its type, in its range
 *	build.c         nodes to hosts and pairs
 *	check*.c        rules between keys
 */
#ifndef UD_CONFIG_INTERNAL_H
#define UD_CONFIG_INTERNAL_H

#include "daemon/config/config.h"
#include "daemon/model/config_key.h"

/* ---- report.c: lines "file:line: key: what is wrong; accepted: what" ---- */

struct report {
	struct str_list errors, warnings;
};

void report_error(struct report *r, const char *file, int line, const char *key,
    const char *accepted, const char *fmt, ...) UD_PRINTF(6, 7);
void report_warning(struct report *r, const char *file, int line, const char *key,
    const char *accepted, const char *fmt, ...) UD_PRINTF(6, 7);

/* The text of a failure without the path that it begins with. */
const char *error_reason(const struct ud_error *err, const char *path);

/* "a, b, c" with the name that looks most like `near` first. New string. */
char *words_near(const struct str_list *words, const char *near);

/* ---- schema.c ---- */

/* A key that a section takes. engine NULL: in pairs and hosts of every engine. */
struct schema_key {
	char *name;
	const struct config_key *key;
	const struct engine *engine;
};

struct section {
	char *name;
	bool titled; /* `name "title" { }`, as often as wanted; else at most once */
	const struct engine *engine;
	struct schema_key *keys;
	size_t key_count;
	struct section *sections;
	size_t section_count;
};

/* The top of a file: main_file with the daemon's own keys, else hosts and pairs only. */
void schema_fill(struct section *top, bool main_file,
    const struct engine *const *engines);
void schema_done(struct section *top);

/* A section `name "title" { }` of a file with a grammar of its own. */
void schema_add_titled(struct section *s, const char *name,
    const struct config_key *keys);

/* The key with this name for this engine (NULL: any), or NULL. */
const struct schema_key *schema_key(const struct section *s, const char *name,
    const struct engine *engine);
const struct section *schema_section(const struct section *s, const char *name);

extern const char *const gate_ids[]; /* NULL-ended */
#define GATES_DEFAULT 5              /* the first of them */

/* ---- read.c ---- */

struct node_key {
	char *name;
	int line;
	struct str_list values;
};

/* A section; the top of a file has the name "". */
struct node {
	char *name, *title; /* title NULL: none */
	char *file;         /* as it was opened */
	int line;
	struct node_key *keys; /* in the order of the file; a name may stand twice */
	size_t key_count;
	struct node **children;
	size_t child_count;
	struct node *parent;
	const void *source; /* libconfuse's section, while it reads */
};

/* Reads a file. NULL: it cannot be read, or a syntax error; reported either way. */
struct node *node_read(const char *file, const struct section *top, struct report *r);

/* The same from memory. */
struct node *node_parse(const char *file, const char *text, const struct section *top,
    struct report *r);
void node_free(struct node *n);

const struct node_key *node_key(const struct node *n, const char *name);
const struct node *node_child(const struct node *n, const char *name); /* the first */
int node_line(const struct node *n, const char *key); /* of the key, else the section;
						       * n NULL: 1 */

/* `member "m1"`, `limits`, "the top of the file": for sentences. */
#define NODE_WORDS 96
const char *node_words(const struct node *n, char buf[NODE_WORDS]);

/* ---- skip.c ---- */

/* Blanks all comments. */
void skip_comments(char *text);

/* A string that is still open where its line ends: its line, and the word before the sign
 * `=` before it, or "". */
bool find_open_string(const char *text, int *ret_line, char *ret_word, size_t size);

/* A copy in which libconfuse sees no names of environment variables: `${NAME}` in a string is
 * for the shell of a hook. */
char *escape_dollars(const char *text);

/* The last line up to this one on which the bare word stands, or the same line. */
int line_of_word(const char *text, int line, const char *word);

/* Blanks the statement on this line that starts with the bare word; false: not found. */
bool skip_statement(char *text, int line, const char *word);

/* ---- value.c ---- */

/* Every key of the section and of those below it; engine: whose keys are accepted. */
void values_check(const struct node *n, const struct section *s,
    const struct engine *engine, struct report *r);

/* The same for the top of a file, where each pair says which engine it has. */
void values_check_top(const struct node *top, const struct section *s,
    const struct engine *const *engines, struct report *r);

/* The engine that a pair section names, or NULL. */
const struct engine *pair_engine(const struct node *pair,
    const struct engine *const *engines);

/* A key that passed the check, else its default; n may be NULL. Wrong ones read as their
 * default, so that building goes on and more errors are found. */
const char *value_string(const struct node *n, const struct section *s,
    const char *key);
int64_t value_number(const struct node *n, const struct section *s, const char *key);
bool value_bool(const struct node *n, const struct section *s, const char *key);
void value_list(const struct node *n, const char *key, struct str_list *ret);

/* ---- build.c ---- */

/* All that is known while loading. Nodes and objects are parallel. */
struct loading {
	const struct engine *const *engines;
	struct config *config;
	struct report report;
	struct section main_top, pairs_top;
	struct node **files;
	size_t file_count;
	const struct node **host_nodes;
	const struct node **pair_nodes;
	bool
	    broken; /* a file is missing from the picture: "no such host" would mislead */
};

void build_daemon(struct loading *l, const struct node *top);
void build_hosts(struct loading *l);
void build_pairs(struct loading *l); /* after all hosts */
const struct node *member_node(const struct node *pair, size_t index);

/* ---- check*.c ---- */

void check_daemon(struct loading *l, const struct node *top);
void check_hosts(struct loading *l);
void check_pairs(struct loading *l);
void check_masters(struct loading *l, const struct pair *p, const struct node *n);
void check_members(struct loading *l);
void check_accounts(struct loading *l, const struct pair *p, const struct node *n);
void check_hooks(struct loading *l, const struct pair *p, const struct node *n);
void check_gates(struct loading *l, const struct pair *p, const struct node *n);
void check_options(struct loading *l, const struct pair *p, const struct node *n);

/* ---- advisories.c ---- */

/* Reads advisories_file into the configuration. */
void advisories_load(struct loading *l, const struct node *top);

/* ---- data.c ---- */

/* Reads the engines' files of facts in data_directory into the configuration. */
void data_load(struct loading *l, const struct node *top);
void data_done(struct config *c);

#endif
