/* ttVersion: needs no daemon. */
#include <pwd.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tests/sandbox/need.h"
#include "tests/sandbox/utility.h"

static const char *
user_name(void)
{
	const struct passwd *pw = getpwuid(getuid());

	return pw != NULL ? pw->pw_name : "root";
}

static void
print_text(const struct world *w)
{
	printf(
	    "TimesTen Release %s (%d bit Linux/x86_64) (%s:%d) 2024-06-11T03:20:15Z\n",
	    w->release, w->bits, w->instance, w->port);
	printf(
	    "  Instance admin: %s\n  Instance home directory: %s\n  Group owner: ttgrp\n"
	    "  Daemon home directory: %s/info\n  PL/SQL enabled.\n",
	    user_name(), w->home, w->home);
}

static void
print_attributes(const struct world *w, const char *const *wanted, int n)
{
	bool modern = world_since(w, 18, 1);
	char value[6][16], shortversion[16];
	const char *p;

	for (int i = 0; i < 5; i++)
		snprintf(value[i], sizeof(value[i]), "%d", w->part[i]);
	snprintf(value[5], sizeof(value[5]), "%d", w->bits);
	if (modern)
		snprintf(shortversion, sizeof(shortversion), "%d%d", w->part[0],
		    w->part[1]);
	else
		snprintf(shortversion, sizeof(shortversion), "%d%d%d", w->part[0],
		    w->part[1], w->part[2]);
	const struct {
		const char *key, *text;
	} rows[] = { { "patched", "yes" }, { "product", "TimesTen" },
		{ "major1", value[0] }, { "major2", value[1] },
		{ modern ? "patchset" : "major3", value[2] }, { "patch", value[3] },
		{ modern ? "reserved" : "portpatch", value[4] },
		{ "version", w->release }, { "shortversion", shortversion },
		{ "bits", value[5] }, { "os", "Linux/x86_64" }, { "clientonly", "no" },
		{ "instance", w->instance }, { "instance_admin", user_name() },
		{ "effective_insthome", w->home } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		p = rows[i].key;
		if (n == 0)
			printf("%s=%s\n", p, rows[i].text);
		for (int k = 0; k < n; k++)
			if (strcasecmp(wanted[k], p) == 0)
				printf("%s%s%s\n", n > 1 ? p : "", n > 1 ? "=" : "",
				    rows[i].text);
	}
}

int
tt_version(struct utility *u)
{
	struct option_spec o[] = { { "-m", 0 }, { NULL } };
	const char *words[8];
	int n = utility_parse(u, o, words, 8);

	if (n < 0)
		return 1;
	if (o[0].seen || n > 0)
		print_attributes(u->w, words, n);
	else
		print_text(u->w);
	return 0;
}
