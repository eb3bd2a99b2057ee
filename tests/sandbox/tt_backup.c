/* ttBackup and ttRestore: an image for the same major release only. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/sandbox/image.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/utility.h"

enum {
	O_DIR,
	O_FNAME,
	O_TYPE,
	O_FORCE,
	O_O,
	O_I,
	O_NOCONN,
	O_CONNSTR,
	O_OPEN,
	O_CLOSE,
	OPTIONS
};

#define SPECS                                                                      \
	{                                                                          \
		{ "-dir", 1 }, { "-fname", 1 }, { "-type", 1 }, { "-force", 0 },   \
		    { "-o", 0 }, { "-i", 0 }, { "-noconn", 0 }, { "-connStr", 1 }, \
		    { "-open", 0 }, { "-close", 0 },                               \
		{                                                                  \
			NULL                                                       \
		}                                                                  \
	}

static char *
file_of(struct utility *u, const struct option_spec *o)
{
	const char *name =
	    o[O_FNAME].seen ? o[O_FNAME].value : world_store_name(u->dsn.path);

	return o[O_DIR].seen ? need_format("%s/%s.0.bac", o[O_DIR].value, name) : NULL;
}

static int
backup_to(struct utility *u, struct session *c, const char *file, struct sim_error *err)
{
	struct image_writer iw = { .s = &c->s,
		.session = c,
		.kind = IMAGE_BACKUP,
		.rows_per_s = knob_int(u->w, c->s.name, "migrate_rate", 0) };
	char *fresh = need_format("%s.new", file);
	int rc;

	iw.to = fopen(fresh, "we");
	if (iw.to == NULL) {
		free(fresh);
		return refuse(err, 610, "Cannot create backup file %s", file);
	}
	iw.full_at = knob_int(u->w, c->s.name, "disk_full", 0);
	rc = image_write(&iw, err);
	if (fclose(iw.to) != 0 && rc == 0)
		rc = refuse(err, 610, "write failed");
	/* The earlier backup stays whole until this one is. */
	if (rc == 0)
		rc = rename(fresh, file);
	else
		(void)unlink(fresh);
	free(fresh);
	return rc;
}

/* Never overwritten without -force; from 22.1 on a backup of the same database is. */
static bool
may_write(const struct utility *u, struct session *c, const char *file, bool force)
{
	char *id = store_get(&c->s, "dbid");
	const char *of;
	json_t *head;
	bool own;

	head = image_head(file);
	of = json_string_value(json_object_get(head, "dbid"));
	own = world_since(u->w, 22, 1) && of != NULL && id != NULL && strcmp(of, id) == 0;
	json_decref(head);
	free(id);
	return own || force || access(file, F_OK) != 0;
}

/* Kinds of backups; of all of them the sandbox makes full ones. */
static bool
is_type(const char *word)
{
	static const char *const types[] = { "fileFull", "fileFullEnable", "fileIncremental",
		"fileIncrOrFull", "streamFull", "incrementalStop" };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcasecmp(word, types[i]) == 0)
			return true;
	return false;
}

int
tt_backup(struct utility *u)
{
	struct option_spec o[OPTIONS + 1] = SPECS;
	struct image_writer iw = { .to = stdout, .kind = IMAGE_BACKUP };
	const char *word = NULL;
	struct sim_error err;
	struct session c;
	char *file;
	int rc;

	if (utility_parse(u, o, &word, 1) < 0)
		return 1;
	if (utility_dsn(u, o[O_CONNSTR].seen ? o[O_CONNSTR].value : word) != 0)
		return 1;
	if (o[O_TYPE].seen && !is_type(o[O_TYPE].value)) {
		fprintf(u->errors, "ttBackup: unknown type %s\n", o[O_TYPE].value);
		return 1;
	}
	file = file_of(u, o);
	if (file == NULL && !o[O_O].seen) {
		fputs("ttBackup: -dir is required\n", u->errors);
		return 1;
	}
	if (utility_connect(u, &c, &err) != 0) {
		free(file);
		return utility_refuse(u, &err, 1);
	}
	fputs(world_since(u->w, 11, 2) ? "Backup started ...\n" : "Backup started\n",
	    file != NULL ? stdout : stderr);
	record_event(u->w, c.s.name, "backup_begun", NULL);
	iw.s = &c.s;
	iw.session = &c;
	iw.rows_per_s = knob_int(u->w, c.s.name, "migrate_rate", 0);
	if (file == NULL)
		rc = image_write(&iw, &err);
	else if (!may_write(u, &c, file, o[O_FORCE].seen))
		rc = refuse(&err, 659,
		    "Backup is out of date, or of another data store");
	else
		rc = backup_to(u, &c, file, &err);
	record_event(u->w, c.s.name, rc == 0 ? "backup_ended" : "backup_failed", NULL);
	session_close(&c);
	free(file);
	if (rc != 0)
		return utility_refuse(u, &err, 1);
	fputs("Backup complete\n", o[O_O].seen ? stderr : stdout);
	return 0;
}

static int
check_version(struct utility *u, const char *file, struct sim_error *err)
{
	json_t *head = image_head(file);
	const char *release = json_string_value(json_object_get(head, "release"));
	int rc = 0;

	if (release != NULL && json_object_get(head, "bits") != NULL &&
	    strtol(json_string_value(json_object_get(head, "bits")), NULL, 10) !=
		u->w->bits)
		rc = refuse(err, 12114,
		    "Version mismatch between backed-up files and ttRestore: bit levels differ");
	else if (release == NULL)
		rc = refuse(err, 661, "Cannot read backup file %s", file);
	else if (world_major(release) != world_major(u->w->release))
		rc = refuse(err, 12114,
		    "Version mismatch between backed-up files and ttRestore. Backed-up files are"
		    " version %s; ttRestore is version %s",
		    release, u->w->release);
	json_decref(head);
	return rc;
}

/* -noconn: the files are made, and the database is not loaded. */
static int
restore_files(struct utility *u, struct image_reader *ir, struct sim_error *err)
{
	struct wire hold;
	struct store s;
	int rc = -1;

	if (utility_hold(u, &hold, "restore", err) == 0 &&
	    store_create(u->w, &u->dsn, err) == 0 &&
	    store_open(&s, u->w, u->dsn.path, err) == 0) {
		store_set_int(&s, "partial", 1);
		rc = image_read(ir, err);
		if (rc == 0)
			store_set_int(&s, "partial", 0);
		store_close(&s);
	}
	wire_close(&hold);
	return rc;
}

static int
restore_from(struct utility *u, const char *file, bool noconn, struct sim_error *err)
{
	struct image_reader ir = { .w = u->w,
		.kind = IMAGE_BACKUP,
		.path = u->dsn.path };
	struct session c;
	int rc;

	if (store_has_files(u->dsn.path))
		return refuse(err, 836, "Data store %s already exists", u->dsn.path);
	if (file != NULL && check_version(u, file, err) != 0)
		return -1;
	ir.from = file != NULL ? fopen(file, "re") : stdin;
	if (ir.from == NULL)
		return refuse(err, 661, "Cannot read backup file %s", file);
	if (noconn) {
		rc = restore_files(u, &ir, err);
		if (file != NULL)
			fclose(ir.from);
		return rc;
	}
	if (utility_connect(u, &c, err) != 0) {
		if (file != NULL)
			fclose(ir.from);
		return -1;
	}
	store_set_int(&c.s, "partial", 1);
	ir.session = &c;
	ir.rows_per_s = knob_int(u->w, c.s.name, "migrate_rate", 0);
	rc = image_read(&ir, err);
	if (rc == 0)
		store_set_int(&c.s, "partial", 0);
	if (file != NULL)
		fclose(ir.from);
	session_close(&c);
	return rc;
}

int
tt_restore(struct utility *u)
{
	struct option_spec o[OPTIONS + 1] = SPECS;
	const char *word = NULL;
	struct sim_error err;
	char *file;
	int rc;

	if (utility_parse(u, o, &word, 1) < 0)
		return 1;
	if (utility_dsn(u, o[O_CONNSTR].seen ? o[O_CONNSTR].value : word) != 0)
		return 1;
	if (o[O_I].seen && (o[O_DIR].seen || o[O_FNAME].seen)) {
		fputs("ttRestore: -i excludes -dir and -fname\n", u->errors);
		return 1;
	}
	file = file_of(u, o);
	if (file == NULL && !o[O_I].seen) {
		fputs("ttRestore: -dir is required\n", u->errors);
		return 1;
	}
	puts("Restore started ...");
	rc = restore_from(u, file, o[O_NOCONN].seen, &err);
	free(file);
	if (rc != 0)
		return utility_refuse(u, &err, 1);
	puts("Restore complete");
	return 0;
}
