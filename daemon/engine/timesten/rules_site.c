/* Hosts and instances: installations, bits, policies, clocks. */
#include "config.h"

#include "daemon/engine/timesten/rules_parts.h"

#include <inttypes.h>

#include "common/release.h"

#define SKEW_WARN_MS  100
#define SKEW_BLOCK_MS 250 /* agents of an active standby pair do not connect above it */

void
rule_installations(const struct check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const struct installation *old, *new;
		char from[RELEASE_TEXT];

		if (!check_has_database(c, m))
			continue; /* move.place */
		old = member_installation(m, c->plan->old_installation[i]);
		new = member_installation(m, c->plan->new_installation[i]);
		if (old == NULL)
			check_block(c, m,
			    "load the database, or let ttVersion of its installation answer",
			    "no installation of host %s is seen to have %s, or release %s",
			    m->host->name, m->name, release_text(&c->plan->from, from));
		else if (old == new &&check_does(c, "daemon-stop") &&
		    release_same_major(&c->plan->from, &c->plan->to))
			continue; /* replaced in its place: instance.alone */
		else if (old == new && !check_does(c, "place-free") &&
		    release_compare(&c->plan->from, &c->plan->to) == 0)
			continue; /* the release is kept */
		else if (!check_is_pair(c) && (old != new || c->plan->standby != NULL) &&
		    check_does(c, "place-free"))
			continue; /* two places, maybe of one installation */
		else if (new != NULL && (old == new || str_equal(old->bin, new->bin)))
			check_block(c, m,
			    "install the new release beside the old one, and give it a section "
			    "of its own",
			    "on host %s the old and the new release have one installation: "
			    "\"%s\" and \"%s\", %s",
			    m->host->name, old->name, new->name, new->bin);
	}
}

/* A release that is replaced in its place needs the whole instance. */
void
rule_instance_alone(const struct check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *others;
		char key[24];

		str_printf(key, sizeof(key), "others.%d", c->plan->old_installation[i]);
		others = check_detail(c, m, key);
		if (!check_does(c, "daemon-stop") || !check_in_place(c, m) ||
		    others == NULL)
			continue;
		check_block(c, m,
		    "unload them for the time of the upgrade, or give the new release an "
		    "installation of its own",
		    "the main daemon of %s on host %s is stopped to replace its release, "
		    "and it serves other databases: %s",
		    m->name, m->host->name, others);
	}
}

/* Two servers cannot listen on one port; on another one clients would not find the new one. */
void
rule_server_port(const struct check *c)
{
	const struct member *m = c->plan->active, *next = m;
	bool stays = settings_is(&c->plan->options, "old_server", "stays");
	const char *old, *new;
	char key[24];

	if (settings_is(&c->plan->options, "server", "yes"))
		next = c->plan->standby; /* whose server takes the clients over */
	else if (!check_procedure_is(c, "client-server"))
		return;
	if (m == NULL || next == NULL)
		return;
	str_printf(key, sizeof(key), "server.%d", c->plan->old_installation[m->index]);
	old = check_detail(c, m, key);
	str_printf(key, sizeof(key), "server.%d", c->plan->new_installation[next->index]);
	new = check_detail(c, next, key);
	if (old == NULL || str_equal(old, "none"))
		check_block(c, m,
		    next == m ? "offline-migrate does without" : "leave server=yes out",
		    "no TimesTen Server runs in the old installation");
	else if (new != NULL && !str_equal(new, "none"))
		check_block(c, next,
		    stays ? "stop it, and configure it for another port than the old one"
			  : "stop it, and configure it for the port of the old one",
		    "the TimesTen Server of the new installation runs already, on port %s; the "
		    "old one listens on %s",
		    new, old);
	else if (stays)
		check_warn(c, m,
		    "configure the old server to hand requests on before its clients come back",
		    "the old server goes on on port %s: the new one must not be configured for "
		    "it, both cannot listen there",
		    old);
	else
		check_note(c, next, "",
		    "see that the server of the new installation is configured for port %s",
		    old);
}

/* ---- bits ---- */

static int64_t
bits_of(const struct check *c, const struct member *m, int installation)
{
	char key[24];

	if (installation < 0)
		return -1;
	str_printf(key, sizeof(key), "bits.%d", installation);
	return check_number(c, m, key, -1);
}

/* Looks at one installation; *all is what the ones before it had, -1 none. */
static void
bits_one(const struct check *c, const struct member *m, int installation, int64_t *all,
    struct buf *unknown)
{
	const struct installation *in = member_installation(m, installation);
	int64_t bits = bits_of(c, m, installation);

	if (in == NULL)
		return; /* release.installed, member.installations */
	if (bits < 0) {
		buf_addf(unknown, "%s\"%s\" of %s", unknown->len > 0 ? ", " : "",
		    in->name, m->host->name);
		return;
	}
	if (*all < 0)
		*all = bits;
	if (bits != *all)
		check_block(c, m,
		    "install the release with as many bits; a change of bits is a migration "
		    "offline",
		    "installation \"%s\" of %s has %d bits, others of the pair have %d: they "
		    "do not replicate with each other",
		    in->name, m->host->name, (int)bits, (int)*all);
}

/* One database: through ttMigrate it may change its bits, and change-bits is to. */
static void
bits_single(const struct check *c, const struct member *m)
{
	int64_t old = bits_of(c, m, c->plan->old_installation[m->index]);
	int64_t new = bits_of(c, m, c->plan->new_installation[m->index]);
	bool wanted = check_procedure_is(c, "change-bits");

	if (old < 0 || new < 0)
		check_warn(c, m, "see it yourself: ttVersion -m",
		    "not checked: ttVersion does not say the bits of both installations");
	else if (old != new && !check_does(c, "migrate-out"))
		check_block(c, m,
		    "install the release with as many bits, or use offline-migrate",
		    "%s has %d bits, the new installation has %d: only ttMigrate leads there",
		    m->name, (int)old, (int)new);
	else if (old != new)
		check_note(c, m, "", "%s goes from %d to %d bits", m->name, (int)old,
		    (int)new);
	else if (wanted)
		check_block(c, m,
		    "give the section \"new\" of the host the other installation",
		    "both installations have %d bits", (int)old);
}

void
rule_bits_online(const struct check *c)
{
	struct buf unknown = { 0 };
	int64_t all = -1;

	if (!check_is_pair(c)) {
		if (c->plan->active != NULL)
			bits_single(c, c->plan->active);
		return;
	}
	for (size_t i = 0; i < c->pair->member_count; i++)
		bits_one(c, &c->pair->members[i], c->plan->old_installation[i], &all,
		    &unknown);
	for (size_t i = 0; i < c->pair->member_count; i++)
		bits_one(c, &c->pair->members[i], c->plan->new_installation[i], &all,
		    &unknown);
	if (unknown.len > 0)
		check_warn(c, NULL, "see that all have as many bits: ttVersion -m",
		    "not checked: ttVersion does not say the bits of installation %s",
		    buf_text(&unknown));
	buf_done(&unknown);
}

/* ---- policies ---- */

static void
policy_one(const struct check *c, const struct member *m,
    const struct installation_seen *in)
{
	const struct { const char *name, *policy; } all[] = {
		{ "RAM", in->ram_policy },
		{ "replication agent", in->replication_policy },
		{ "cache agent", in->cache_policy },
	};
	struct buf list = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (str_equal_nocase(all[i].policy, "always"))
			buf_addf(&list, "%s%s", list.len > 0 ? ", " : "", all[i].name);
	if (list.len > 0)
		check_note(c, m, "",
		    "policy always of %s: %s; set to manual while the database is worked on, "
		    "and set back at the end",
		    m->name, buf_text(&list));
	buf_done(&list);
}

/* Source: TimesTen Reference, ttAdmin: temporary databases have the policy manual only. */
static void
policy_asked(const struct check *c, const struct member *m)
{
	const char *asked = settings_get(&c->plan->options, TT_OPTION_RAM_POLICY);

	if (asked != NULL && !str_equal(asked, "manual") &&
	    str_equal(check_detail(c, m, "temporary"), "yes"))
		check_block(c, m, "say ram_policy=manual, or leave it out",
		    "%s is a temporary database, whose RAM policy is manual and cannot be %s",
		    m->name, asked);
}

void
rule_policies_restore(const struct check *c)
{
	struct buf unknown = { 0 };

	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const struct installation_seen *in = observation_home(&c->seen[i]);

		if (!check_has_database(c, m))
			continue;
		if (in == NULL || in->replication_policy[0] == '\0' ||
		    in->ram_policy[0] == '\0')
			check_name(&unknown, m);
		policy_asked(c, m);
		if (in != NULL)
			policy_one(c, m, in);
	}
	if (unknown.len > 0)
		check_warn(c, NULL,
		    "ttAdmin -query says them; set back at the end what the upgrade changed",
		    "not checked: agent and RAM policies of %s are not known",
		    buf_text(&unknown));
	buf_done(&unknown);
}

/* ---- clocks ---- */

struct skew {
	const struct member *a, *b;
	int64_t ms;           /* as measured */
	int64_t uncertain_ms; /* may be so much more or less */
};

/* Half of each round trip may be wrong. False: one clock is not known. */
static bool
skew_between(const struct check *c, const struct member *a, const struct member *b,
    struct skew *ret)
{
	int64_t x = check_number(c, a, "clock_offset_ms", INT64_MIN);
	int64_t y = check_number(c, b, "clock_offset_ms", INT64_MIN);

	if (x == INT64_MIN || y == INT64_MIN)
		return false;
	*ret = (struct skew){ .a = a, .b = b, .ms = x > y ? x - y : y - x };
	ret->uncertain_ms = (check_number(c, a, "clock_round_trip_ms", 0) +
				check_number(c, b, "clock_round_trip_ms", 0)) /
	    2;
	return true;
}

/* The two hosts that surely differ most (doubt -1), or that may differ most (doubt 1). */
static struct skew
skew_worst(const struct check *c, int doubt)
{
	struct skew worst = { 0 }, s;

	for (size_t i = 0; i < c->pair->member_count; i++)
		for (size_t k = i + 1; k < c->pair->member_count; k++) {
			const struct member *a = &c->pair->members[i];
			const struct member *b = &c->pair->members[k];

			if (a->host == b->host || !skew_between(c, a, b, &s))
				continue;
			if (worst.a == NULL ||
			    s.ms + doubt * s.uncertain_ms >
				worst.ms + doubt * worst.uncertain_ms)
				worst = s;
		}
	return worst;
}

static void
skew_say(const struct check *c, enum severity severity, const struct skew *s)
{
	check_add(c, severity, NULL, "let both hosts follow one time server",
	    "the clocks of hosts %s and %s differ by %" PRId64
	    " ms, give or take %" PRId64
	    " ms; above %d ms the agents of an active standby pair do not connect",
	    s->a->host->name, s->b->host->name, s->ms, s->uncertain_ms, SKEW_BLOCK_MS);
}

static void
skew_judge(const struct check *c)
{
	struct skew sure = skew_worst(c, -1), doubtful = skew_worst(c, 1);

	if (sure.a == NULL)
		return; /* fewer than two clocks */
	if (sure.ms - sure.uncertain_ms >= SKEW_BLOCK_MS)
		skew_say(c, SEVERITY_BLOCKER, &sure);
	else if (sure.ms - sure.uncertain_ms >= SKEW_WARN_MS)
		skew_say(c, SEVERITY_WARNING, &sure);
	else if (doubtful.ms + doubtful.uncertain_ms >= SKEW_BLOCK_MS)
		skew_say(c,
		    doubtful.ms >= SKEW_WARN_MS ? SEVERITY_WARNING : SEVERITY_NOTE,
		    &doubtful);
}

void
rule_clock_skew(const struct check *c)
{
	struct buf unknown = { 0 };

	for (size_t i = 0; i < c->pair->member_count; i++)
		if (check_detail(c, &c->pair->members[i], "clock_offset_ms") == NULL)
			check_name(&unknown, &c->pair->members[i]);
	if (unknown.len > 0)
		check_warn(c, NULL, "compare the clocks of the hosts yourself",
		    "not checked: the clocks of the hosts of %s were not read",
		    buf_text(&unknown));
	skew_judge(c);
	buf_done(&unknown);
}

/* What the guard of a fence cannot do where nobody logs in from host to host (steps/guard.c). */
void
rule_guard_login(const struct check *c)
{
	const struct member *a = c->plan->active, *b = c->plan->standby;

	if (!check_does(c, "guard-hold") || a == NULL || b == NULL ||
	    tt_is_same_machine(a->host, b->host) ||
	    (member_setting(a, "guard_login") != NULL &&
		member_setting(b, "guard_login") != NULL))
		return;
	check_note(c, NULL,
	    "give both masters guard_login, if the account of the instance may log in from the "
	    "one host to the other",
	    "if the daemon is lost in the few milliseconds between the decision of the swap and the "
	    "activation, with every process and connection of it, no database is active until it "
	    "is back: the guard on the one host has no way to the other");
}
