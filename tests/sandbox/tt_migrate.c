/* ttMigrate: -c writes a database to a file, -r fills one from a file. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tests/sandbox/image.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/sql.h"
#include "tests/sandbox/utility.h"

enum {
	O_C,
	O_A,
	O_R,
	O_L,
	O_LL,
	O_D,
	O_DD,
	O_CKPT,
	O_V,
	O_NF,
	O_NR,
	O_REP,
	O_NOREP,
	O_RELAXED,
	O_EXACT,
	O_NOCHARSET,
	O_SAVEAS,
	O_RENAME,
	O_INLINE,
	O_CUID,
	O_CPWD,
	O_PAUSED,
	O_THREADS,
	O_LOCALHOST,
	O_PRIVS,
	O_CONVORA,
	O_CONVTT,
	O_CONNSTR,
	O_STATS,
	O_RESTRICT,
	OPTIONS
};

/* What told() needs to know. */
struct telling {
	struct utility *u;
	bool saving;
};

static const char *
verb(const void *arg, int form)
{
	static const char *const saving[] = { "Saving", "saved" };
	static const char *const restoring[] = { "Restoring", "restored" };

	return (((const struct telling *)arg)->saving ? saving : restoring)[form];
}

/* R8.3: an object that is there already is not restored; the others are. */
static void
tell_failure(const struct telling *t, const char *kind, const char *name)
{
	struct sim_error err;

	fflush(stdout);
	if (strcmp(kind, "user_exists") == 0)
		(void)refuse(&err, 15154, "User %s already exists", name);
	else if (strcmp(kind, "table_exists") == 0)
		(void)refuse(&err, 2207, "Table %s already exists", name);
	else
		(void)refuse(&err, 8126,
		    "An ACTIVE STANDBY PAIR or replication scheme already exists and must be the only scheme");
	refuse_print(t->u->w, &err, t->u->errors);
	fflush(t->u->errors);
}

static void
told(void *arg, const char *kind, const char *name, int64_t done, int64_t of)
{
	if (strstr(kind, "_exists") != NULL)
		tell_failure(arg, kind, name);
	if (strcmp(kind, "user_exists") == 0) {
		printf("User was not restored.\n\n");
	} else if (strcmp(kind, "scheme_exists") == 0) {
		printf("Replication scheme was not restored.\n\n");
	} else if (strcmp(kind, "user_begins") == 0) {
		printf("%s user %s\n", verb(arg, 0), name);
	} else if (strcmp(kind, "user_done") == 0) {
		printf("User successfully %s.\n\n", verb(arg, 1));
	} else if (strcmp(kind, "scheme") == 0) {
		printf("%s replication scheme\n", verb(arg, 0));
	} else if (strcmp(kind, "user") == 0) {
		printf("%s user %s\nUser successfully %s.\n\n", verb(arg, 0), name,
		    verb(arg, 1));
	} else if (strcmp(kind, "group") == 0) {
		printf("%s cache group %s\n", verb(arg, 0), name);
	} else if (strcmp(kind, "cached") == 0) {
		printf("  %s cached table %s\nCache group successfully %s.\n\n", verb(arg, 0), name,
		    verb(arg, 1));
	} else if (strcmp(kind, "table") == 0) {
		printf("%s table %s\n  %s rows...\n", verb(arg, 0), name, verb(arg, 0));
	} else if (strcmp(kind, "table_end") == 0 && done == of) {
		printf("  %lld/%lld rows %s.\nTable successfully %s.\n\n",
		    (long long)done, (long long)of, verb(arg, 1), verb(arg, 1));
	} else {
		printf("  %lld/%lld rows %s.\nTable was not %s.\n\n", (long long)done,
		    (long long)of, verb(arg, 1), verb(arg, 1));
	}
	fflush(stdout);
}

static int
fatal(struct utility *u, const char *file, const char *why)
{
	fprintf(u->errors, "ttMigrate: could not open file %s: %s\n", file, why);
	return 2;
}

static int
save(struct utility *u, const struct option_spec *o, const char *file)
{
	struct image_writer iw = { .kind = IMAGE_MIGRATE,
		.told = told,
		.arg = &(struct telling){ u, true },
		.no_scheme = o[O_NOREP].seen,
		.no_rows = o[O_NR].seen };
	struct sim_error err;
	struct session c;
	int rc;

	if (utility_connect(u, &c, &err) != 0)
		return utility_refuse(u, &err, 2);
	iw.to = fopen(file, "we");
	if (iw.to == NULL) {
		session_close(&c);
		return fatal(u, file, "No such file or directory");
	}
	iw.s = &c.s;
	iw.session = &c;
	iw.rows_per_s = knob_int(u->w, c.s.name, "migrate_rate", 0);
	iw.full_at = knob_int(u->w, c.s.name, "disk_full", 0);
	record_event(u->w, c.s.name, "migrate_begun", "{s:s,s:s}", "way", "save",
	    "file", file);
	rc = image_write(&iw, &err);
	if (fclose(iw.to) != 0 && rc == 0)
		rc = refuse(&err, 0, "write failed");
	record_event(u->w, c.s.name, rc == 0 ? "migrate_ended" : "migrate_failed",
	    "{s:s,s:s,s:I,s:b}", "way", "save", "file", file, "gcn", (json_int_t)iw.gcn,
	    "torn", iw.torn);
	session_close(&c);
	if (rc == 0)
		return 0;
	if (err.code != 0)
		return utility_refuse(u, &err, 1);
	fprintf(u->errors, "ttMigrate: %s: %s\n", file, err.text);
	return 1;
}

/* What the tool of a release does not take, and what it takes of certain files only. */
static const char *
forbidden(const struct utility *u, const struct option_spec *o, json_t *head)
{
	bool later =
	    world_since(u->w, 11, 3) || (u->w->part[0] == 11 && u->w->part[2] >= 2);
	const char *from = json_string_value(json_object_get(head, "charset"));
	const char *release = json_string_value(json_object_get(head, "release"));
	bool bytes = from != NULL && strcasecmp(from, "TIMESTEN8") == 0;

	if (later && (o[O_REP].seen || o[O_NOREP].seen))
		return "unrecognized option: -noRepUpgrade";
	if (!later &&
	    (o[O_RELAXED].seen || o[O_EXACT].seen || o[O_THREADS].seen ||
		o[O_STATS].seen || o[O_PRIVS].seen))
		return "unrecognized option: -relaxedUpgrade, or another of a later release";
	if (o[O_RESTRICT].seen && !world_since(u->w, 26, 1))
		return "unrecognized option: -restrict";
	if (o[O_REP].seen && o[O_NOREP].seen)
		return "-repUpgrade and -noRepUpgrade exclude each other";
	if (o[O_RELAXED].seen && o[O_EXACT].seen)
		return "-relaxedUpgrade and -exactUpgrade exclude each other";
	if (o[O_CONVORA].seen && o[O_CONVTT].seen)
		return "-convertTypesToOra and -convertTypesToTT exclude each other";
	if (head == NULL)
		return NULL;
	if (o[O_CONVORA].seen && release != NULL && strtol(release, NULL, 10) >= 7)
		return "-convertTypesToOra: the file is of 7.0 or later";
	if (o[O_NOCHARSET].seen && !bytes)
		return "-noCharsetConversion: the file is not of TIMESTEN8";
	if (!o[O_NOCHARSET].seen && bytes && strcasecmp(u->dsn.charset, from) != 0)
		return "cannot convert from TIMESTEN8: -noCharsetConversion is needed";
	return NULL;
}

/* A file with cache groups wants the cache administrator, and his password at a prompt. */
static int
cache_account(struct utility *u, const struct option_spec *o, json_t *head,
    char pwd[128])
{
	if (json_array_size(json_object_get(head, "cachegroups")) == 0)
		return 0;
	if (!o[O_CUID].seen) {
		fputs("ttMigrate: -cacheUid is needed: the file has cache groups\n",
		    u->errors);
		return -1;
	}
	if (o[O_CPWD].seen)
		return 0;
	return utility_prompt(u, "Enter cache administrator's password: ", pwd, 128) ==
		    0 &&
		strcmp(pwd, "terrypwd") == 0
	    ? 0
	    : -1;
}

/* R8.5: the scheme as it was restored is kept in tables of an owner of their own, with the
 * next number. */
static void
keep_scheme(struct utility *u, struct session *c)
{
	static const char *const tables[] = { "REPELEMENTS", "REPLICATIONS", "REPPEERS",
		"REPSTORES", "REPSUBSCRIPTIONS", "REPTABLES", "TTSTORES" };
	char *off = knob_text(u->w, c->s.name, "schema_versions");
	int64_t number = store_int(c->s.data,
	    "SELECT coalesce(max(CAST(substr(name, 22, 3) AS INTEGER)), 3) + 1 FROM"
	    " sqlite_master WHERE name LIKE 'TTREP_SCHEMA_VERSION_%%'");
	bool wanted = !store_is(&c->s, "scheme", "") && (off == NULL || strcmp(off, "no") != 0);

	free(off);
	if (!wanted)
		return;
	catalogue_attach(c);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		store_run(c->s.data,
		    "CREATE TABLE \"TTREP_SCHEMA_VERSION_%03lld.%s\" AS SELECT * FROM"
		    " \"TTREP.%s\"",
		    (long long)number, tables[i], tables[i]);
}

static int
restore(struct utility *u, const struct option_spec *o, const char *file, json_t *head)
{
	const char *cache_uid = o[O_CUID].seen ? o[O_CUID].value : "";
	struct image_reader ir = { .w = u->w,
		.kind = IMAGE_MIGRATE,
		.told = told,
		.arg = &(struct telling){ u, false },
		.no_scheme = o[O_NOREP].seen,
		.no_rows = o[O_NR].seen };
	struct sim_error err;
	struct session c;
	int rc;

	/* The image's character set is taken unless the DSN says its own. */
	if (json_is_string(json_object_get(head, "charset")) &&
	    strcmp(u->dsn.charset, "US7ASCII") == 0)
		need_fit(u->dsn.charset, sizeof(u->dsn.charset),
		    json_string_value(json_object_get(head, "charset")));
	if (utility_connect(u, &c, &err) != 0)
		return utility_refuse(u, &err, 2);
	if (cache_uid[0] != '\0')
		(void)session_ask(u->w,
		    json_pack("{s:s,s:s,s:s}", "op", "cache", "path", c.s.path, "uid",
			cache_uid),
		    NULL, &err);
	ir.from = fopen(file, "re");
	if (ir.from == NULL) {
		session_close(&c);
		return fatal(u, file, "No such file or directory");
	}
	ir.path = u->dsn.path;
	ir.session = &c;
	ir.rows_per_s = knob_int(u->w, c.s.name, "migrate_rate", 0);
	ir.stop_percent = knob_take(u->w, c.s.name, "migrate_fail")
	    ? knob_int(u->w, c.s.name, "migrate_fail_at", 50)
	    : 0;
	record_event(u->w, c.s.name, "migrate_begun", "{s:s,s:s}", "way", "restore",
	    "file", file);
	rc = image_read(&ir, &err);
	fclose(ir.from);
	if (rc == 0 && ir.failed_objects == 0)
		keep_scheme(u, &c);
	record_event(u->w, c.s.name,
	    rc == 0 && ir.failed_objects == 0 ? "migrate_ended" : "migrate_failed",
	    "{s:s,s:s,s:I,s:i}", "way", "restore", "file", file, "gcn",
	    (json_int_t)ir.gcn, "failed_objects", ir.failed_objects);
	session_close(&c);
	if (rc != 0) {
		if (err.code != 0)
			return utility_refuse(u, &err, 1);
		fprintf(u->errors, "ttMigrate: %s: %s\n", file, err.text);
		return 1;
	}
	return ir.failed_objects > 0 ? 1 : 0;
}

static int
list(struct utility *u, const char *file)
{
	json_t *head = image_head(file), *o;
	char *line = NULL;
	size_t room = 0;
	FILE *f = fopen(file, "re");

	if (f == NULL || head == NULL) {
		json_decref(head);
		if (f != NULL)
			fclose(f);
		return fatal(u, file, "No such file or directory");
	}
	while (getline(&line, &room, f) > 0) {
		o = *line == '{' ? json_loads(line, 0, NULL) : NULL;
		if (o != NULL && json_object_get(o, "sql") != NULL)
			printf("Table %s\n",
			    json_string_value(json_object_get(o, "name")));
		json_decref(o);
	}
	free(line);
	fclose(f);
	json_decref(head);
	return 0;
}

int
tt_migrate(struct utility *u)
{
	struct option_spec o[OPTIONS + 1] = { { "-c", 0 }, { "-a", 0 }, { "-r", 0 },
		{ "-l", 0 }, { "-L", 0 }, { "-d", 0 }, { "-D", 0 }, { "-C", 1 },
		{ "-v", 1 }, { "-nf", 0 }, { "-nr", 0 }, { "-repUpgrade", 0 },
		{ "-noRepUpgrade", 0 }, { "-relaxedUpgrade", 0 },
		{ "-exactUpgrade", 0 }, { "-noCharsetConversion", 0 },
		{ "-saveAsCharset", 1 }, { "-rename", 1 }, { "-inline", 1 },
		{ "-cacheUid", 1 }, { "-cachePwd", 1 }, { "-autorefreshPaused", 0 },
		{ "-numThreads", 1 }, { "-localhost", 1 }, { "-restorePublicPrivs", 0 },
		{ "-convertTypesToOra", 0 }, { "-convertTypesToTT", 0 },
		{ "-connStr", 1 }, { "-updateStats", 0 }, { "-restrict", 0 },
		{ NULL } };
	const char *words[8], *file, *why;
	char pwd[128];
	json_t *head;
	int n = utility_parse(u, o, words, 8), at = 0, status;

	if (n < 0)
		return 2;
	if (o[O_L].seen || o[O_LL].seen || o[O_D].seen || o[O_DD].seen)
		return n > 0 ? list(u, words[0]) : 2;
	if (!o[O_CONNSTR].seen && n > 0)
		at = 1;
	if (utility_dsn(u, at ? words[0] : o[O_CONNSTR].value) != 0)
		return 2;
	if (n <= at || !(o[O_C].seen || o[O_R].seen))
		return -2 * utility_usage(u, "missing operation or data file", "");
	if (o[O_C].seen + o[O_A].seen + o[O_R].seen > 1)
		return -2 * utility_usage(u, "-c, -a and -r exclude each other", "");
	file = words[at];
	head = o[O_C].seen ? NULL : image_head(file);
	why = forbidden(u, o, head);
	if (why != NULL) {
		json_decref(head);
		return -2 * utility_usage(u, why, "");
	}
	if (o[O_C].seen && o[O_RESTRICT].seen && access(file, F_OK) == 0) {
		fprintf(u->errors,
		    "ttMigrate: not overwriting the existing file %s in restrict mode.\n",
		    file);
		return 2;
	}
	if (o[O_C].seen)
		return save(u, o, file);
	if (head == NULL)
		return fatal(u, file, "No such file or directory");
	status = cache_account(u, o, head, pwd) == 0 ? restore(u, o, file, head) : 2;
	json_decref(head);
	return status;
}
