/*
 * What the cluster is like before anything is changed: the databases that take part, and
 * what initdb must be told so that pg_upgrade finds an equal one. The settings of each
 * server are written down on its own host, where no secret in them leaves it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"

static const char locale[] =
    "SELECT 'locale', pg_encoding_to_char(d.encoding), datcollate, datctype,"
    " coalesce(j ->> 'datlocprovider', 'c'),"
    " coalesce(j ->> 'datlocale', j ->> 'daticulocale'), j ->> 'daticurules'"
    " FROM pg_database d, to_jsonb(d) j WHERE datname = 'template0'";

static const char settings[] =
    "SELECT 'setting', name, setting FROM pg_settings"
    " WHERE name IN ('data_checksums', 'wal_segment_size', 'data_directory_mode')";

static void
survey_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	(void)s;
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q, "SELECT 'superuser', rolname FROM pg_roles WHERE oid = 10");
	pg_script_add(&q, "SELECT 'sysid', system_identifier FROM pg_control_system()");
	pg_script_add(&q, "%s", locale);
	pg_script_add(&q, "%s", settings);
	pg_script_add(&q,
	    "SELECT 'database', oid, datname FROM pg_database"
	    " WHERE datallowconn AND NOT datistemplate ORDER BY oid");
}

/* ---- what is learnt of it ---- */

static void
add_line(struct buf *b, const char *option, const char *value)
{
	if (strcmp(value, "\\N") != 0)
		buf_addf(b, "%s%s%s", b->len > 0 ? "\n" : "", option, value);
}

static void
initdb_locale(const struct scene *s, struct buf *b)
{
	char *rest = pg_step_answer(s, "locale"), f[256];
	char provider;

	if (rest == NULL)
		return;
	add_line(b, "--encoding=", pg_step_field(rest, 0, f, sizeof(f)));
	add_line(b, "--lc-collate=", pg_step_field(rest, 1, f, sizeof(f)));
	add_line(b, "--lc-ctype=", pg_step_field(rest, 2, f, sizeof(f)));
	provider = pg_step_field(rest, 3, f, sizeof(f))[0];
	if (provider == 'i') {
		add_line(b, "--locale-provider=", "icu");
		add_line(b, "--icu-locale=", pg_step_field(rest, 4, f, sizeof(f)));
		add_line(b, "--icu-rules=", pg_step_field(rest, 5, f, sizeof(f)));
	} else if (provider == 'b') {
		add_line(b, "--locale-provider=", "builtin");
		add_line(b, "--builtin-locale=", pg_step_field(rest, 4, f, sizeof(f)));
	}
	free(rest);
}

static void
initdb_setting(const struct scene *s, const char *name, const char *value,
    struct buf *b)
{
	int64_t bytes;

	if (str_equal(name, "data_checksums") && str_equal(value, "on"))
		add_line(b, "--data-checksums", "");
	else if (str_equal(name, "data_checksums") && s->plan->to.part[0] >= 18)
		add_line(b, "--no-data-checksums", "");
	else if (str_equal(name, "data_directory_mode") && str_equal(value, "0750"))
		add_line(b, "--allow-group-access", "");
	else if (str_equal(name, "wal_segment_size") &&
	    str_to_int(value, 1 << 20, 1 << 30, &bytes))
		buf_addf(b, "\n--wal-segsize=%d", (int)(bytes >> 20));
}

struct reading {
	const struct scene *s;
	struct buf initdb, databases;
};

static bool
read_line(char *line, void *arg)
{
	struct reading *r = arg;
	char a[256], b[256];

	if (str_starts(line, "setting\t")) {
		initdb_setting(r->s, pg_step_field(line, 1, a, sizeof(a)),
		    pg_step_field(line, 2, b, sizeof(b)), &r->initdb);
	} else if (str_starts(line, "database\t")) {
		buf_addf(&r->databases, "%s%s %s", r->databases.len > 0 ? "\n" : "",
		    pg_step_field(line, 1, a, sizeof(a)),
		    pg_step_field(line, 2, b, sizeof(b)));
	}
	return true;
}

static void
survey_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	struct reading r = { .s = s };
	char *superuser, *sysid, name[256];

	(void)ps;
	if (s->outcome == NULL)
		return;
	initdb_locale(s, &r.initdb);
	str_each_line(s->outcome->output, read_line, &r);
	superuser = pg_step_answer(s, "superuser");
	if (superuser != NULL)
		settings_set(notes, MAJOR_NOTE_SUPERUSER,
		    pg_step_field(superuser, 0, name, sizeof(name)));
	settings_set(notes, MAJOR_NOTE_INITDB, buf_text(&r.initdb));
	settings_set(notes, MAJOR_NOTE_DATABASES, buf_text(&r.databases));
	sysid = pg_step_answer(s, "sysid");
	if (sysid != NULL)
		settings_set(notes, MAJOR_NOTE_SYSID, sysid);
	free(sysid);
	free(superuser);
	buf_done(&r.initdb);
	buf_done(&r.databases);
}

const struct step pg_survey = {
	.id = "survey",
	.title = "note the databases, the locale and the layout of %s",
	.effect = "the server says them",
	.build = survey_build,
	.probe = pg_step_said,
	.learn = survey_learn,
	.on_interrupt = INTERRUPT_REDO,
	.may_cancel = true,
};

/* ---- the settings of a server ---- */

/* The last line for a name wins, as it does for the server. What ALTER SYSTEM wrote is
 * among them. */
static void
keep_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *file = mem_printf("%s/upgraded.settings",
		 pg_data(ps->member, ps->installation)),
	     *literal = pg_literal(file);
	struct pg_script q;

	(void)s;
	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	pg_script_add(&q,
	    "COPY (SELECT * FROM (SELECT DISTINCT ON (name) name, setting"
	    " FROM pg_file_settings WHERE name IS NOT NULL AND error IS NULL"
	    " ORDER BY name, seqno DESC) f"
	    " UNION ALL SELECT name, setting FROM pg_settings"
	    " WHERE name IN ('hba_file', 'ident_file', 'config_file'))"
	    " TO %s",
	    literal);
	free(literal);
	free(file);
}

const struct step pg_settings_keep = {
	.id = "settings-keep",
	.title = "write down the settings of %s beside its data",
	.effect = "upgraded.settings is in its data directory",
	.build = keep_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.may_cancel = true,
};
