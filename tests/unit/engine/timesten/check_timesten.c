#include "tests/unit/engine/timesten/check_timesten.h"

#include <stdlib.h>

#include "common/buf.h"

static char w_old[] = "old", w_new[] = "new", w_engine[] = "timesten";
static char bin_old[] = "/tt/old/bin", bin_new[] = "/tt/new/bin";
static char home_old[] = "TIMESTEN_HOME=/tt/old", home_new[] = "TIMESTEN_HOME=/tt/new";
static char *env_old[] = { home_old, NULL }, *env_new[] = { home_new, NULL };
static struct installation installations[] = {
	{ .name = w_old, .engine = w_engine, .bin = bin_old, .env = { env_old, 1 } },
	{ .name = w_new, .engine = w_engine, .bin = bin_new, .env = { env_new, 1 } },
};

static char h_pluto[] = "pluto", h_saturn[] = "saturn", h_ceres[] = "ceres";
static struct host hosts[] = {
	{ .name = h_pluto, .installations = installations, .installation_count = 2 },
	{ .name = h_saturn, .installations = installations, .installation_count = 2 },
	{ .name = h_ceres, .installations = installations, .installation_count = 2 },
};

static char k_dsn[] = "dsn", k_dsn_new[] = "dsn_new", k_store[] = "store";
static char v_orders1[] = "orders1", v_orders2[] = "orders2", v_orders2n[] = "orders2n",
	    v_archive1[] = "archive1";
static struct setting left_settings[] = { { k_dsn, v_orders1 } };
static struct setting right_settings[] = { { k_dsn, v_orders2 },
	{ k_dsn_new, v_orders2n }, { k_store, v_orders2 } };
static struct setting archive_settings[] = { { k_dsn, v_archive1 } };

static const struct engine engine = { .name = "timesten" };
static struct pair pair;
static char m_left[] = "left", m_right[] = "right", m_archive[] = "archive";
static char p_shop[] = "shop", p_user[] = "rep",
	    p_file[] = "/etc/upgraded/rep.password", p_marker[] = "OPS.MARKER";
static struct settings found[3];
static struct member members[] = {
	{ .name = m_left,
	    .found = &found[0],
	    .host = &hosts[0],
	    .pair = &pair,
	    .settings = { left_settings, 1 } },
	{ .name = m_right,
	    .found = &found[1],
	    .host = &hosts[1],
	    .pair = &pair,
	    .index = 1,
	    .settings = { right_settings, 3 } },
	{ .name = m_archive,
	    .found = &found[2],
	    .host = &hosts[2],
	    .pair = &pair,
	    .index = 2,
	    .subscriber = true,
	    .settings = { archive_settings, 1 } },
};
static struct pair pair = {
	.name = p_shop,
	.engine = &engine,
	.members = members,
	.member_count = 3,
	.duplicate = { p_user, p_file },
	.marker_table = p_marker,
};

const struct member *
shop(const char *name)
{
	return pair_member(&pair, name);
}

void
shop_forget(void)
{
	for (size_t i = 0; i < pair.member_count; i++)
		settings_done(members[i].found);
}

struct pair *
shop_pair(void)
{
	return &pair;
}

static struct outcome
outcome_of(enum ending ending, int status, const char *text)
{
	union {
		const char *borrowed;
		char *output;
	} u = { text };

	return (
	    struct outcome){ .ending = ending, .status = status, .output = u.output };
}

struct outcome
exited(int status, const char *text)
{
	return outcome_of(ENDING_EXITED, status, text);
}

struct outcome
ended(enum ending ending, const char *text)
{
	return outcome_of(ending, 0, text);
}

char *
line_of(const struct command *c)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < c->env.count; i++)
		buf_addf(&b, "%s%s", b.len > 0 ? " " : "", c->env.items[i]);
	for (size_t i = 0; i < c->argv.count; i++)
		buf_addf(&b, "%s%s", b.len > 0 ? " " : "", c->argv.items[i]);
	return buf_take(&b);
}

int
main(void)
{
	Suite *suite = suite_create("timesten");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, observe_tests());
	suite_add_tcase(suite, observe_host_tests());
	suite_add_tcase(suite, observe_schema_tests());
	suite_add_tcase(suite, observe_session_tests());
	suite_add_tcase(suite, transcript_tests());
	suite_add_tcase(suite, tt_admin_tests());
	suite_add_tcase(suite, tt_builtin_tests());
	suite_add_tcase(suite, tt_command_tests());
	suite_add_tcase(suite, tt_dialect_tests());
	suite_add_tcase(suite, tt_error_tests());
	suite_add_tcase(suite, tt_isql_tests());
	suite_add_tcase(suite, tt_judge_tests());
	suite_add_tcase(suite, tt_migrate_tests());
	suite_add_tcase(suite, tt_status_tests());
	suite_add_tcase(suite, tt_version_tests());
	suite_add_tcase(suite, tt_xact_admin_tests());
	suite_add_tcase(suite, uncertain_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
