/*
 * Answers of the other processes: releases, policies, the clock of the host.
 */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>

#include "daemon/engine/timesten/observe_parts.h"
#include "daemon/engine/timesten/utilities/phrases.h"

/* ---- ttVersion ---- */

static void
set_bits(struct observation *draft, int n)
{
	const char *value = NULL;
	char key[24];

	str_printf(key, sizeof(key), "bits.%d", draft->home);
	value = settings_get(&draft->details, key);
	for (int i = 0; i < n && value == NULL; i++) {
		str_printf(key, sizeof(key), "bits.%d", i);
		value = settings_get(&draft->details, key);
	}
	if (value != NULL)
		settings_set(&draft->details, "bits", value);
	else
		settings_unset(&draft->details, "bits");
}

static const char *
plain_key(int installation, char key[24])
{
	str_printf(key, 24, "plain_version.%d", installation);
	return key;
}

/* Releases before 7.0 do not know -m: they are asked once more, without it. */
bool
version_is_plain(const struct observation *draft, int installation)
{
	char key[24];

	return settings_is(&draft->details, plain_key(installation, key), "yes");
}

static bool
is_daemon_down(char *line, void *arg)
{
	bool *down = arg;

	*down = *down || tt_says(line, PHRASE_DAEMON_DOWN);
	return true;
}

/* No document promises that ttVersion needs no main daemon. Where it does the release is not told
 * until the daemon runs: that is an answer, and nobody waits for another. */
static bool
says_daemon_down(const struct outcome *o)
{
	bool down = false;

	if (o->ending == ENDING_EXITED)
		str_each_line(o->output, is_daemon_down, &down);
	return down;
}

static bool
read_version(const struct question *q, const struct outcome *o, struct observation *draft)
{
	struct installation_seen *s = &draft->inst[q->installation];
	struct ud_error err;
	int bits = 0;
	char key[24];

	s->release = (struct release){ 0 };
	s->release_untold = says_daemon_down(o);
	str_printf(key, sizeof(key), "bits.%d", q->installation);
	settings_unset(&draft->details, key);
	if (o->ending != ENDING_EXITED ||
	    tt_version_parse(o->output, &s->release, &bits, &err) != 0)
		return false;
	if (bits != 0)
		detail_setf(draft, key, "%d", bits);
	return true;
}

/* After the last question: what all of them came to. */
static void
conclude_versions(const struct member *m, struct observation *draft, unsigned *seen)
{
	int n = look_installations(m), read = 0;

	set_bits(draft, n);
	for (int i = 0; i < n; i++)
		read += release_is_set(&draft->inst[i].release) ||
		    draft->inst[i].release_untold;
	if (read == 0)
		*seen &= ~(unsigned)LOOK_RELEASE;
}

void
answer_version(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen)
{
	bool more = false;
	char key[24];

	plain_key(q->installation, key);
	settings_unset(&draft->details, key);
	if (!read_version(q, o, draft) && !is_not_installed(q, o)) {
		if (o->ending == ENDING_EXITED)
			settings_set(&draft->details, key, "yes");
		else
			process_failed(m, q, o, "ttVersion", draft);
	}
	for (int i = 0; i < look_installations(m); i++)
		more = more || version_is_plain(draft, i);
	if (q->installation == look_installations(m) - 1 && !more)
		conclude_versions(m, draft, seen);
}

void
answer_plain_version(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen)
{
	if (!read_version(q, o, draft))
		process_failed(m, q, o, "ttVersion", draft);
	if ((q->looks & LOOK_RELEASE) != 0)
		conclude_versions(m, draft, seen);
}

/* ---- ttAdmin -query ---- */

static void
set_fact(struct observation *draft, const char *key, enum fact fact)
{
	if (fact == FACT_UNKNOWN)
		settings_unset(&draft->details, key);
	else
		settings_set(&draft->details, key, fact_name(fact));
}

static void
set_policy_details(struct observation *draft, const struct tt_policies *p)
{
	set_fact(draft, "open", p->open);
	set_fact(draft, "manually_loaded", p->manually_loaded);
	set_fact(draft, "replication_started", p->replication_started);
	set_fact(draft, "cache_started", p->cache_started);
	if (p->ram_grace_s >= 0)
		detail_setf(draft, "ram_grace_s", "%d", p->ram_grace_s);
	else
		settings_unset(&draft->details, "ram_grace_s");
}

void
answer_policy(const struct member *m, const struct question *q, const struct outcome *o,
    struct observation *draft, unsigned *seen)
{
	struct installation_seen *s = &draft->inst[q->installation];
	struct tt_policies p = { .ram_grace_s = -1 };
	struct ud_error err;
	int read = 0;

	if (o->ending != ENDING_EXITED || o->status != 0 ||
	    tt_admin_query_parse(o->output, &p, &err) != 0)
		process_failed(m, q, o, "ttAdmin -query", draft);
	str_copy(s->ram_policy, sizeof(s->ram_policy), p.ram_policy);
	str_copy(s->replication_policy, sizeof(s->replication_policy),
	    p.replication_policy);
	str_copy(s->cache_policy, sizeof(s->cache_policy), p.cache_policy);
	if (q->installation == draft->home || draft->home < 0)
		set_policy_details(draft, &p);
	for (int i = 0; i < look_installations(m); i++)
		read += draft->inst[i].exists == FACT_YES &&
		    draft->inst[i].ram_policy[0] != '\0';
	if (read == 0)
		*seen &= ~(unsigned)LOOK_POLICY;
}

/* ---- date ---- */

/* "1700000000.123456789", or without a fraction where date knows none ("%N"). */
static bool
read_clock(const char *text, int64_t *ret_ms)
{
	int64_t s = 0, ms = 0, unit = 100;
	int digits = 0;

	while (isspace((unsigned char)*text))
		text++;
	for (; isdigit((unsigned char)*text) && digits < 12; text++, digits++)
		s = s * 10 + (*text - '0');
	if (digits < 9 || isdigit((unsigned char)*text))
		return false;
	if (*text == '.')
		for (text++; isdigit((unsigned char)*text); text++, unit /= 10)
			ms += (*text - '0') * unit;
	*ret_ms = s * 1000 + ms;
	return true;
}

/* The host read its clock somewhere between the start and the end of the process. */
void
answer_clock(const struct outcome *o, struct observation *draft, unsigned *seen)
{
	static const char *const clear[] = { "clock_", NULL };
	int64_t there_ms, trip_ms = o->ended_wall_ms - o->started_wall_ms;

	details_clear(draft, clear);
	if (o->ending != ENDING_EXITED || o->status != 0 ||
	    !read_clock(o->output, &there_ms) || o->started_wall_ms == 0 ||
	    trip_ms < 0) {
		observation_failed(draft, "the clock of the host could not be read");
		*seen &= ~(unsigned)LOOK_CLOCK;
		return;
	}
	detail_setf(draft, "clock_offset_ms", "%" PRId64,
	    there_ms - (o->started_wall_ms + trip_ms / 2));
	detail_setf(draft, "clock_round_trip_ms", "%" PRId64, trip_ms);
}
