#include "config.h"

#include "tests/simulation/site.h"

#include <stdlib.h>

#include "common/mem.h"
#include "common/release.h"
#include "daemon/engine/timesten/timesten.h"

/* clang-format off */
static const struct { const char *member, *host; } names[SITE_MEMBERS] = {
	{ "master1", "alpha" },
	{ "master2", "beta" },
	{ "sub1",    "gamma" },
	{ "sub2",    "delta" },
	{ "sub3",    "omega" },
};
/* clang-format on */

static void
installation_init(struct installation *in, const char *name)
{
	*in = (struct installation){
		.name = mem_strdup(name),
		.engine = mem_strdup("timesten"),
		.bin = mem_printf("/opt/%s/bin", name),
	};
}

static void
member_init(struct site *s, int i)
{
	struct host *h = &s->hosts[i];
	struct member *m = &s->members[i];

	installation_init(&s->installations[i][INST_OLD], "old");
	installation_init(&s->installations[i][INST_NEW], "new");
	*h = (struct host){
		.name = mem_strdup(names[i].host),
		.transport = TRANSPORT_SSH,
		.ssh_destination = mem_strdup(names[i].host),
		.job_directory = mem_strdup("/var/tmp"),
		.installations = s->installations[i],
		.installation_count = s->patch ? 1 : INSTS,
	};
	*m = (struct member){
		.name = mem_strdup(names[i].member),
		.host = h,
		.pair = &s->pair,
		.index = i,
		.subscriber = i >= 2,
		.port = 20000 + i,
	};
	settings_set(&m->settings, "dsn", names[i].member);
}

static void
gates_init(struct pair *p, const char *const *gates)
{
	static const char *const none[] = { "none", NULL };

	for (gates = gates != NULL ? gates : none; *gates != NULL; gates++)
		str_list_add(&p->gates, *gates);
}

static void
hooks_init(struct pair *p, const struct site_wish *wish)
{
	if (!wish->no_pause_hook)
		str_list_add(&p->hooks[HOOK_PAUSE_WRITES], "/site/pause");
	if (!wish->no_resume_hook)
		str_list_add(&p->hooks[HOOK_RESUME_WRITES], "/site/resume");
	if (!wish->no_install_hook)
		str_list_add(&p->hooks[HOOK_INSTALL], "/site/install");
}

void
site_init(struct site *s, const struct site_wish *wish)
{
	struct ud_error err;
	struct pair *p = &s->pair;

	*s = (struct site){ .patch = wish->patch };
	if (release_parse(SITE_FROM, &s->from, &err) != 0 ||
	    release_parse(wish->patch ? SITE_PATCH : SITE_TO, &s->to, &err) != 0)
		abort();
	*p = (struct pair){
		.name = mem_strdup("sales"),
		.engine = &timesten,
		.topology = mem_strdup("active-standby"),
		.members = s->members,
		.member_count = (size_t)(2 + wish->subscribers),
		.duplicate = { .user = mem_strdup("adm"), .password_file = mem_strdup("/pw") },
		.marker_table = wish->no_marker ? NULL : mem_strdup("ops.marker"),
		.limits = {
			.write_pause_ms = wish->write_pause_ms ? wish->write_pause_ms : 10000,
			.redundancy_gap_ms = 7200000,
			.migrate_ms = 3600000,
			.duplicate_ms = 3600000,
			.agent_stop_ms = 300000,
			.drain_ms = wish->drain_ms ? wish->drain_ms : 300000,
		},
		.poll = { .idle_ms = 15000, .upgrading_ms = 1000, .swapping_ms = 25 },
	};
	gates_init(p, wish->gates);
	hooks_init(p, wish);
	for (int i = 0; i < SITE_MEMBERS; i++)
		member_init(s, i);
	for (int i = 0; wish->guard_login && i < 2; i++)
		settings_set(&s->members[i].settings, "guard_login", names[i].host);
}

static void
member_done(struct site *s, int i)
{
	for (int k = 0; k < INSTS; k++) {
		free(s->installations[i][k].name);
		free(s->installations[i][k].engine);
		free(s->installations[i][k].bin);
	}
	free(s->hosts[i].name);
	free(s->hosts[i].ssh_destination);
	free(s->hosts[i].job_directory);
	free(s->members[i].name);
	settings_done(&s->members[i].settings);
}

void
site_done(struct site *s)
{
	struct pair *p = &s->pair;

	for (int i = 0; i < SITE_MEMBERS; i++)
		member_done(s, i);
	for (int h = 0; h < HOOKS; h++)
		str_list_done(&p->hooks[h]);
	str_list_done(&p->gates);
	free(p->name);
	free(p->topology);
	free(p->duplicate.user);
	free(p->duplicate.password_file);
	free(p->marker_table);
}
