/*
 * What check wants to know of a host beyond its clock: the platform, room on its disks,
 * whether Oracle Clusterware manages the database, what DSNs and main daemons are told, whose
 * transactions are open.
 *
 * One shell answers for the host, a line for each fact; what it cannot tell has no line.
 * Of the files with DSNs only the names of those are told that name a user: "login: [DSN]".
 * Clusterware keeps the DSNs that it manages as sections of cluster.oracle.ini, below the
 * instance: in info/ up to 11.2.2, in conf/ from 18.1 on.
 *
 * Source: TimesTen Replication Guide, "Using Oracle Clusterware to Manage Active Standby
 * Pairs"; Installation Guide.
 */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/timesten/observe_parts.h"

/* $1: folder of exports, $2: folder of the log, $3: folder of the new place, or ""; then the folders
 * of the tools, and "iniN:FILE" for each file that may have the DSNs of installation N. Options of
 * the main daemon stand in ttendaemon.options up to 11.2.2, in timesten.conf from 18.1 on. Of a DSN
 * only these attributes are told, and that it names a user: there are passwords beside them. */
static const char script[] =
    "echo platform: $(uname -sm)\n"
    "room() { [ -z \"$2\" ] || df -Pk \"$2\" 2>/dev/null |\n"
    "  while read -r a b c d e; do case $d in *[!0-9]*|'') ;; *) echo $1: $d;; esac; done; }\n"
    "up() { d=$1; while [ -n \"$d\" ] && [ ! -d \"$d\" ]; do d=${d%/*}; done; }\n"
    "up \"$3\"; room export \"$1\"; room log \"$2\"; room place \"$d\"; shift 3\n"
    "i=0\n"
    "for bin; do case $bin in ini*:*) break;; esac\n"
    "for f in \"$bin/../info/ttendaemon.options\" \"$bin/../conf/timesten.conf\"\n"
    "do [ ! -r \"$f\" ] || { told=no; while read -r line || [ -n \"$line\" ]; do case $line in\n"
    "  \\#*) ;; *insecure-backwards-compat*) told=yes;; esac; done <\"$f\"; echo \"compat: $i $told\"; }; done\n"
    "i=$((i + 1)); for f in \"$bin/../info/cluster.oracle.ini\" \"$bin/../conf/cluster.oracle.ini\"\n"
    "do [ ! -r \"$f\" ] || while read -r line; do\n"
    "  case $line in \\[*) echo \"managed: $line $f\";; esac; done <\"$f\"; done; done\n"
    "for ini; do case $ini in ini*:*) i=${ini%%:*} i=${i#ini} ini=${ini#*:};; *) continue;; esac\n"
    "[ ! -f \"$ini\" ] || while IFS='= \t' read -r key value || [ -n \"$key\" ]\n"
    "do case $key in \\[*) dsn=\"$key $value\"; echo \"dsn: $i $dsn\";; [Uu][Ii][Dd]) [ -z \"$value\" ] || echo \"login: $dsn\";;\n"
    "  [Dd]atabase[Cc]haracter[Ss]et|[Tt]ype[Mm]ode|[Cc]ache[Gg]rid[Ee]nable|[Tt]emporary|DATABASECHARACTERSET|TYPEMODE|\\\n"
    "CACHEGRIDENABLE|TEMPORARY|[Pp]erm[Ss]ize|PERMSIZE|[Dd]ata[Ss]tore|DATASTORE) echo \"attribute: $i $dsn $key=$value\";; esac\n"
    "done <\"$ini\"; done\n"
    "echo end:\n";

/* The folder of the log: as the database says, else that of its files. */
static char *
log_folder(const struct observation *draft)
{
	const struct installation_seen *home = observation_home(draft);
	const char *dir = settings_get(&draft->details, "log_dir");
	const char *path = settings_get(&draft->details, "data_store"), *slash;

	if (dir != NULL)
		return mem_strdup(dir);
	if (path == NULL && home != NULL)
		path = home->path;
	slash = path != NULL ? strrchr(path, '/') : NULL;
	return slash != NULL ? mem_strndup(path, (size_t)(slash - path)) : mem_strdup("");
}

static const char *
value_of(const struct str_list *env, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < env->count; i++)
		if (str_starts(env->items[i], key) && env->items[i][len] == '=')
			return env->items[i] + len + 1;
	return NULL;
}

/* Where the DSNs of an installation may stand; most of these files are not there. Up to 11.2.2
 * they are below info/, from 18.1 on below conf/ of the instance. */
static void
add_dsn_files(struct str_list *argv, const struct installation *i, int n)
{
	const char *home = value_of(&i->env, "TIMESTEN_HOME");
	const char *system = value_of(&i->env, "SYSODBCINI"), *user = value_of(&i->env, "ODBCINI");

	if (user != NULL)
		str_list_addf(argv, "ini%d:%s", n, user);
	if (system != NULL) {
		str_list_addf(argv, "ini%d:%s", n, system);
		return;
	}
	str_list_addf(argv, "ini%d:%s/../info/sys.odbc.ini", n, i->bin);
	str_list_addf(argv, "ini%d:%s/../conf/sys.odbc.ini", n, i->bin);
	if (home != NULL) {
		str_list_addf(argv, "ini%d:%s/info/sys.odbc.ini", n, home);
		str_list_addf(argv, "ini%d:%s/conf/sys.odbc.ini", n, home);
	}
}

void
host_command(struct command *c, const struct member *m, const struct observation *draft)
{
	const struct host *h = m->host;
	const char *place = member_setting(m, "path_new");
	char *log = log_folder(draft);

	c->installation = 0;
	str_list_add(&c->argv, "sh");
	str_list_add(&c->argv, "-c");
	str_list_add(&c->argv, script);
	str_list_add(&c->argv, "sh");
	str_list_add(&c->argv,
	    h->backup_directory != NULL    ? h->backup_directory
		: h->job_directory != NULL ? h->job_directory
					   : "/var/tmp");
	str_list_add(&c->argv, log);
	str_list_add(&c->argv, place != NULL ? place : "");
	for (int i = 0; i < look_installations(m); i++)
		str_list_add(&c->argv, member_installation(m, i)->bin);
	for (int i = 0; i < look_installations(m); i++)
		add_dsn_files(&c->argv, member_installation(m, i), i);
	str_list_add(&c->env, "LC_ALL=C");
	free(log);
}

struct reading {
	const struct member *m;
	struct observation *draft;
	bool whole;
};

/* Is it "[DSN] rest" of one of the member's DSNs? *ret_rest: what stands behind. */
static bool
is_own_dsn(const struct reading *r, char *value, char **ret_rest)
{
	char *end = strrchr(value, ']');

	if (value[0] != '[' || end == NULL)
		return false;
	*end = '\0';
	*ret_rest = str_trim(end + 1);
	for (int i = 0; i < look_installations(r->m); i++)
		if (str_equal_nocase(str_trim(value + 1), tt_dsn(r->m, i)))
			return true;
	return false;
}

/* "1 yes" into <name>.1. */
static void
read_numbered(struct reading *r, const char *name, char *value)
{
	char *rest = strchr(value, ' '), key[40];

	if (rest == NULL)
		return;
	*rest++ = '\0';
	str_printf(key, sizeof(key), "%s.%s", name, value);
	settings_set(&r->draft->details, key, rest);
}

/* "1 [DSN] TypeMode=1", or only "1 [DSN]", of the DSN that the member has in that installation. What
 * is read first counts: the file of the user's DSNs. */
static void
read_attribute(struct reading *r, char *value, bool is_attribute)
{
	char *open = strchr(value, '['), *end = strchr(value, ']'), *what, *is, key[64];
	int64_t i;

	if (open == NULL || end == NULL || end < open)
		return;
	*end = *open = '\0';
	if (!str_to_int(str_trim(value), 0, look_installations(r->m) - 1, &i) ||
	    !str_equal_nocase(str_trim(open + 1), tt_dsn(r->m, (int)i)))
		return;
	what = str_trim(end + 1);
	is = strchr(what, '=');
	if (is_attribute && is == NULL)
		return;
	if (is != NULL)
		*is++ = '\0';
	for (char *p = what; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	str_printf(key, sizeof(key), "dsn.%d%s%s", (int)i, is_attribute ? "." : "",
	    is_attribute ? what : "");
	if (settings_get(&r->draft->details, key) == NULL)
		settings_set(&r->draft->details, key, is_attribute ? str_trim(is) : "yes");
}

static void
read_room(struct reading *r, const char *key, const char *value)
{
	int64_t kib;

	if (str_to_int(value, 0, INT64_MAX, &kib))
		detail_setf(r->draft, key, "%" PRId64, kib);
}

static bool
read_line(char *line, void *arg)
{
	struct reading *r = arg;
	char *key = str_trim(line), *value = strchr(key, ':'), *rest;

	if (value == NULL)
		return true;
	*value++ = '\0';
	value = str_trim(value);
	if (str_equal(key, "platform") && value[0] != '\0')
		settings_set(&r->draft->details, "platform", value);
	else if (str_equal(key, "export"))
		read_room(r, "free.export_kib", value);
	else if (str_equal(key, "log"))
		read_room(r, "free.log_kib", value);
	else if (str_equal(key, "place"))
		read_room(r, "free.place_kib", value);
	else if (str_equal(key, "compat"))
		read_numbered(r, "compat", value);
	else if (str_equal(key, "dsn") || str_equal(key, "attribute"))
		read_attribute(r, value, str_equal(key, "attribute"));
	else if (str_equal(key, "managed") && is_own_dsn(r, value, &rest))
		settings_set(&r->draft->details, "clusterware", rest);
	else if (str_equal(key, "login") && is_own_dsn(r, value, &rest))
		tt_blank_login(r->m);
	else if (str_equal(key, "end"))
		r->whole = true;
	return true;
}

void
answer_host(const struct member *m, const struct outcome *o, struct observation *draft)
{
	static const char *const clear[] = { "platform", "clusterware", "free.", "compat.", "dsn.", NULL };
	struct reading r = { .m = m, .draft = draft };

	details_clear(draft, clear);
	if (o->ending != ENDING_EXITED || o->output == NULL)
		return;
	str_each_line(o->output, read_line, &r);
	if (r.whole && settings_get(&draft->details, "clusterware") == NULL)
		settings_set(&draft->details, "clusterware", "no");
}

/* ---- open transactions ---- */

#define TRANSACTIONS_MAX 16

/* Agents and daemons of the database itself come and go by themselves: timestenrepd,
 * timestenorad, timestensubd. */
static bool
is_its_own(const char *program)
{
	const char *slash = strrchr(program, '/');

	return str_starts_nocase(slash != NULL ? slash + 1 : program, "timesten");
}

void
answer_transactions(const struct outcome *o, struct observation *draft)
{
	static const char *const clear[] = { "transactions", "xact.", NULL };
	struct tt_transaction *t = mem_array(NULL, TRANSACTIONS_MAX, sizeof(*t));
	struct settings before = { 0 };
	int n = -1, ours = 0;
	char key[40];

	settings_copy(&before, &draft->details);
	details_clear(draft, clear);
	if (o->ending == ENDING_EXITED && o->status == 0 && o->output != NULL)
		n = tt_transactions_parse(o->output, t, TRANSACTIONS_MAX);
	for (int i = 0; i < n && i < TRANSACTIONS_MAX; i++) {
		const char *was;

		if (is_its_own(t[i].program)) {
			ours++;
			continue;
		}
		str_printf(key, sizeof(key), "xact.%s", t[i].id);
		was = settings_get(&before, key);
		if (was != NULL)
			settings_set(&draft->details, key, was);
		else
			detail_setf(draft, key, "%d %" PRId64 " %s", t[i].pid,
			    o->ended_wall_ms, t[i].program);
	}
	if (n >= 0)
		detail_setf(draft, "transactions", "%d", n - ours);
	settings_done(&before);
	free(t);
}
