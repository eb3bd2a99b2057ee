#include "tests/unit/config/check_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/model/engine.h"

/* clang-format off */
static const struct config_key timesten_members[] = {
	{ "dsn", KEY_STRING, NULL, "a DSN name", "data source name", true },
	{ "dsn_new", KEY_STRING, NULL, "a DSN name", "the same in the new release" },
	{ "store", KEY_STRING, NULL, "a store name", "" },
	{ "path", KEY_PATH, NULL, NULL, "" },
	{ NULL }
};
/* An engine that brings keys of every kind, and sections to pairs. */
static const struct config_key other_members[] = {
	{ "data", KEY_PATH, NULL, NULL, "", true },
	{ "weight", KEY_INT, "1", NULL, "", false, 1, 9 },
	{ NULL }
};
static const struct config_key other_installations[] = {
	{ "flavour", KEY_STRING, "plain", NULL, "" },
	{ NULL }
};
static const struct config_key other_pairs[] = {
	{ "mode", KEY_STRING, "calm", NULL, "" },
	{ "replication.user", KEY_STRING, NULL, NULL, "", true },
	{ "pooler[].conninfo", KEY_STRING, NULL, NULL, "", true },
	{ "server.start", KEY_LIST, NULL, NULL, "" },
	{ NULL }
};
/* clang-format on */

static void
other_validate(const struct pair *p, struct objections *f)
{
	const char *pooler = settings_get(&p->settings, "pooler.p.x.conninfo");

	if (settings_is(&p->settings, "mode", "impossible"))
		objection_add(f, NULL, "mode", "mode = \"calm\"",
		    "this mode serves nobody");
	if (str_equal(pooler, "bad"))
		objection_add(f, NULL, "pooler.p.x.conninfo", "good", "\"%s\" is bad",
		    pooler);
	for (size_t i = 0; i < p->member_count; i++)
		if (str_equal(member_setting(&p->members[i], "weight"), "9"))
			objection_add(f, &p->members[i], "weight", "less", "too heavy");
}

static const char *
other_clash(const struct member *a, const struct member *b)
{
	return settings_is(&b->settings, "data", member_setting(a, "data")) ? "data"
									    : NULL;
}

static const struct engine timesten = { .name = "timesten",
	.member_keys = timesten_members };
static const struct engine other = { .name = "other",
	.member_keys = other_members,
	.installation_keys = other_installations,
	.pair_keys = other_pairs,
	.validate = other_validate,
	.clash = other_clash };
const struct engine *const test_engines[] = { &timesten, &other, NULL };

static char folder[64];

const char *
test_folder(void)
{
	return folder;
}

const char *
test_write(const char *name, const char *text)
{
	static char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	if (f == NULL)
		exit(99);
	for (; *text != '\0'; text++)
		if (*text == '~')
			fputs(folder, f);
		else
			fputc(*text, f);
	fclose(f);
	return path;
}

void
test_remove(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

static void
make_mode(const char *name, const char *text, mode_t mode)
{
	chmod(test_write(name, text), mode);
}

static void
make_folder(void)
{
	char path[128];

	snprintf(folder, sizeof(folder), "/tmp/check_config.XXXXXX");
	if (mkdtemp(folder) == NULL)
		exit(99);
	snprintf(path, sizeof(path), "%s/pairs.d", folder);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/data", folder);
	mkdir(path, 0755);
	make_mode("secret", "tiger\n", 0600);
	make_mode("open", "tiger\n", 0644);
	make_mode("hook", "#!/bin/sh\n", 0755);
	make_mode("text", "no program\n", 0644);
}

static void
remove_folder(void)
{
	static const char *const names[] = { "secret", "open", "hook", "text",
		"main.conf", "main2.conf", "advisories.conf", "pairs.d/a.conf", "pairs.d/b.conf",
		"pairs.d/c.conf", "pairs.d/.hidden.conf", "pairs.d/old.conf.bak",
		"data/timesten-errors.conf", "data/timesten-releases.conf", "data/timesten-phrases.conf" };
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		test_remove(names[i]);
	snprintf(path, sizeof(path), "%s/pairs.d", folder);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/data", folder);
	rmdir(path);
	rmdir(folder);
}

int
main(void)
{
	Suite *suite = suite_create("config");
	SRunner *runner;
	int failed;

	make_folder();
	suite_add_tcase(suite, config_tests());
	suite_add_tcase(suite, broken_tests());
	suite_add_tcase(suite, advisories_tests());
	suite_add_tcase(suite, data_tests());
	suite_add_tcase(suite, inventory_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	remove_folder();
	return failed == 0 ? 0 : 1;
}
