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

/* 6.0.17 is printed as 6.017; of 7.0 only the major release. The build date is on a line of its
 * own. */
static const char *
system_name(const struct world *w)
{
	return w->bits == 32 ? "Linux/x86" : "Linux/x86_64";
}

static void
print_old_text(const struct world *w)
{
	char release[32];

	if (world_since(w, 7, 0))
		snprintf(release, sizeof(release), "%d.%d", w->part[0], w->part[1]);
	else
		snprintf(release, sizeof(release), "%d.%d%d", w->part[0], w->part[1],
		    w->part[2]);
	printf("TimesTen Release %s (%d bit %s) (%s:%d)\nMar 02 2007 11:45:09\n"
	       "  Instance admin: %s\n  Instance home directory: %s\n"
	       "  Daemon home directory: %s/info\n",
	    release, w->bits, system_name(w), w->instance, w->port, user_name(),
	    w->home, w->home);
}

static void
print_text(const struct world *w)
{
	if (!world_since(w, 11, 2)) {
		print_old_text(w);
		return;
	}
	printf("TimesTen Release %s (%d bit %s) (%s:%d) 2024-06-11T03:20:15Z\n",
	    w->release, w->bits, system_name(w), w->instance, w->port);
	printf(
	    "  Instance admin: %s\n  Instance home directory: %s\n  Group owner: ttgrp\n"
	    "  Daemon home directory: %s/info\n  PL/SQL enabled.\n",
	    user_name(), w->home, w->home);
}

static void
print_attributes(const struct world *w, const char *const *wanted, int n)
{
	bool modern = world_since(w, 18, 1), old = !world_since(w, 11, 2);
	char value[7][16], shortversion[16], daemon_home[sizeof(w->home) + 8];
	const char *p;

	for (int i = 0; i < 5; i++)
		snprintf(value[i], sizeof(value[i]), "%d", w->part[i]);
	snprintf(value[5], sizeof(value[5]), "%d", w->bits);
	snprintf(value[6], sizeof(value[6]), "%d", w->port);
	snprintf(daemon_home, sizeof(daemon_home), "%s/info", w->home);
	if (modern || old)
		snprintf(shortversion, sizeof(shortversion), "%d%d", w->part[0],
		    w->part[1]);
	else
		snprintf(shortversion, sizeof(shortversion), "%d%d%d", w->part[0],
		    w->part[1], w->part[2]);
	const struct {
		const char *key, *text;
	} rows[] = { { "patched", "yes" }, { "product", "TimesTen" },
		{ old ? "major" : "major1", value[0] },
		{ old ? "minor" : "major2", value[1] },
		{ old            ? "patch"
			: modern ? "patchset"
				 : "major3",
		    value[2] },
		{ old ? "reldot4" : "patch", value[3] },
		{ old            ? "reldot5"
			: modern ? "reserved"
				 : "portpatch",
		    value[4] },
		{ "version", w->release }, { "shortversion", shortversion },
		{ "bits", value[5] }, { "os", system_name(w) }, { "clientonly", "no" },
		{ "instance", w->instance }, { "effective_port", value[6] },
		{ "orig_port", value[6] }, { "instance_admin", user_name() },
		{ "effective_insthome", w->home }, { "orig_insthome", w->home },
		{ "effective_daemonhome", daemon_home },
		{ "orig_daemonhome", daemon_home } };

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
	if ((o[0].seen || n > 0) && !world_since(u->w, 7, 0)) {
		fputs("usage: ttVersion\n", u->errors);
		return 1;
	}
	if (o[0].seen || n > 0)
		print_attributes(u->w, words, n);
	else
		print_text(u->w);
	return 0;
}
