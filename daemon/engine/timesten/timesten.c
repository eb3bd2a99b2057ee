/* The engine: its tables. */
#include "config.h"

#include "daemon/engine/timesten/timesten.h"

#include <string.h>

#include "daemon/engine/timesten/observe.h"
#include "daemon/engine/timesten/procedures/compatibility.h"
#include "daemon/engine/timesten/procedures/procedures.h"
#include "daemon/engine/timesten/objects.h"
#include "daemon/engine/timesten/options.h"
#include "daemon/engine/timesten/rules.h"
#include "daemon/engine/timesten/shell.h"
#include "daemon/engine/timesten/utilities/utilities.h"

/* clang-format off */
static const struct config_key installation_keys[] = {
	{ NULL }
};

static const struct config_key member_keys[] = {
	{ "dsn",     KEY_STRING, NULL, "a DSN name",		  "DSN of the database", .required = true },
	{ "dsn_new", KEY_STRING, NULL, "a DSN name",		  "its DSN in the installation \"new\", when it differs" },
	{ "store",   KEY_STRING, NULL, "a store name",		  "last part of its data store path, when it is not the DSN" },
	{ "path",    KEY_PATH,	 NULL, "an absolute path",	  "its data store path, when several stores end alike" },
	{ "path_new", KEY_PATH,	 NULL, "an absolute path",	  "the same in the installation \"new\", when it differs" },
	{ "guard_login", KEY_STRING, NULL, "what stands behind the command ssh", "how the other master's host logs in to this one's" },
	{ NULL }
};

static const struct config_key pair_keys[] = {
	{ NULL }
};

static const struct procedure *const procedures[] = {
	&tt_asp_major,
	&tt_asp_patch,
	&tt_asp_ports,
	&tt_online_bidirectional,
	&tt_in_place_bidirectional,
	&tt_replicated_major,
	&tt_in_place,
	&tt_offline_backup,
	&tt_offline_migrate,
	&tt_client_server,
	&tt_move_directory,
	&tt_move_host,
	&tt_resize,
	&tt_convert_types,
	&tt_change_bits,
	&tt_convert_charset,
	NULL
};
/* clang-format on */

static const char *const options[] = {
	TT_OPTION_CHECKPOINT "=1..100000",
	TT_OPTION_RAM_POLICY "=inUse|always|manual|enduring",
	TT_OPTION_RAM_GRACE "=0..2147483",
	NULL,
};

static const struct data_file *const data_files[] = { &tt_releases_file, &tt_errors_file,
	&tt_phrases_file, NULL };

static int
parse_release(const char *text, struct release *ret, struct ud_error *err)
{
	return release_parse(text, ret, err);
}

/* Words that a shell splits at blanks, and does nothing else with; the destination is the last. */
static void
validate_login(const struct member *m, struct objections *ret)
{
	const char *login = settings_get(&m->settings, "guard_login"), *last;

	if (login == NULL)
		return;
	last = strrchr(login, ' ');
	last = last != NULL ? last + 1 : login;
	if (login[strspn(login, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				"0123456789@._:/=,%+- ")] != '\0' ||
	    last[0] == '\0' || last[0] == '-')
		objection_add(ret, m, "guard_login",
		    "options of ssh and a destination, such as \"tt@10.0.0.12\"; letters, digits, "
		    "blanks and @._:/=,%+-",
		    "\"%s\" does not end with a destination, or holds other characters", login);
	else if (m->subscriber)
		objection_add(ret, m, "guard_login", "it at the masters only",
		    "%s is a subscriber: nobody makes it active", m->name);
}

static void
validate(const struct pair *p, struct objections *ret)
{
	static const char *const keys[] = { "dsn", "dsn_new" };

	for (size_t i = 0; i < p->member_count; i++)
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
			const char *dsn = settings_get(&p->members[i].settings, keys[k]);

			if (dsn != NULL && !tt_is_dsn(dsn))
				objection_add(ret, &p->members[i], keys[k],
				    "a DSN name, without []{}(),;?*=!@\\ and no - in front",
				    "\"%s\" is no name of a DSN", dsn);
		}
	for (size_t i = 0; i < p->member_count; i++)
		validate_login(&p->members[i], ret);
}

const struct engine timesten = {
	.name = "timesten",
	.title = "TimesTen Classic",
	.installation_keys = installation_keys,
	.member_keys = member_keys,
	.pair_keys = pair_keys,
	.options = options,
	.check_option = tt_check_option,
	.data_files = data_files,
	.procedures = procedures,
	.dialect = &tt_dialect,
	.shell = &tt_shell,
	.ask = tt_ask,
	.answer = tt_answer,
	.judge = tt_judge,
	.grows = tt_grows,
	.moved = tt_moved,
	.objects = tt_objects,
	.check = tt_check,
	.host_is_shared = true,
	.check_looks = LOOK_BASIC | LOOK_RELEASE | LOOK_POLICY | LOOK_SCHEMA | LOOK_CLOCK,
	.validate = validate,
	.same_major = release_same_major,
	.release_parse = parse_release,
};
