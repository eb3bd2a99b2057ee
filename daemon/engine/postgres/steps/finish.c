/* What the upgrade made is taken away at its end: nothing of it is left in the databases. */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/major.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/private.h"

/* ---- in the databases ---- */

/* The table of the marker row stays where the pair names one: it is the site's. */
static void
forget_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list databases = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, ps->installation, NULL);
	major_databases(s, &databases);
	for (size_t i = 0; i < databases.count; i++) {
		char *marker = pg_marker(s->plan->pair);

		pg_script_in(&q, major_database_name(databases.items[i]));
		pg_script_add(&q,
		    "DO $$ BEGIN PERFORM set_config('lock_timeout', '10s', true),"
		    " set_config('client_min_messages', 'warning', true);"
		    " DROP EVENT TRIGGER IF EXISTS upgraded_ddl;"
		    " DROP EVENT TRIGGER IF EXISTS upgraded_drop;"
		    " DROP TRIGGER IF EXISTS upgraded_late ON %s;"
		    " DROP SCHEMA IF EXISTS upgraded CASCADE; END $$",
		    marker);
		free(marker);
	}
	str_list_done(&databases);
}

const struct step pg_forget = {
	.id = "forget",
	.title = "drop what the upgrade made in the databases of %s",
	.effect = "no database has the schema upgraded",
	.build = forget_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 10,
	.insists = true,
};

/* ---- on the host ---- */

static void
tidy_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	char *folder = pg_private_folder(ps->member, ps->installation);

	(void)s;
	pg_shell_call(ret, ps->member, "pg_tidy");
	pg_shell_word(ret, pg_data(ps->member, ps->installation));
	pg_shell_word(ret, folder);
	free(folder);
}

const struct step pg_tidy = {
	.id = "tidy",
	.title = "remove the files that the upgrade left among the data of %s",
	.effect = "they are gone",
	.build = tidy_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};

static void
conf_forget_build(const struct scene *s, const struct plan_step *ps,
    struct command *ret)
{
	int old = s->plan->old_installation[ps->member->index];

	tidy_build(s, ps, ret);
	pg_shell_call(ret, ps->member, "pg_conf_forget");
	pg_shell_word(ret, pg_data(ps->member, old));
}

const struct step pg_conf_forget = {
	.id = "conf-forget",
	.title = "remove the files that the upgrade left beside %s",
	.effect = "they are gone",
	.build = conf_forget_build,
	.probe = pg_step_said,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
};
