#include "config.h"

#include "daemon/model/observation.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

void
observation_init(struct observation *o)
{
	*o = (struct observation){ .home = -1, .lag_bytes = -1, .lag_ms = -1,
		.write_bytes_per_s = -1 };
	for (int i = 0; i < INSTALLATIONS_MAX; i++) {
		o->inst[i].connections = -1;
		o->inst[i].applications = -1;
	}
}

void
observation_failed(struct observation *o, const char *fmt, ...)
{
	va_list ap;
	char *text;

	if (o->error[0] != '\0')
		return;
	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	str_copy(o->error, sizeof(o->error), text);
	free(text);
}

void
observation_done(struct observation *o)
{
	free(o->peers);
	settings_done(&o->details);
	observation_init(o);
}

void
observation_copy(struct observation *dst, const struct observation *src)
{
	size_t count = (size_t)src->peer_count;

	*dst = *src;
	dst->peers = NULL;
	if (count > 0) {
		dst->peers = mem_array(NULL, count, sizeof(*dst->peers));
		memcpy(dst->peers, src->peers, count * sizeof(*dst->peers));
	}
	settings_copy(&dst->details, &src->details);
}

bool
observation_is_fresh(const struct observation *o, unsigned looks, int64_t since_ms)
{
	for (int i = 0; i < LOOKS; i++)
		if ((looks & (1u << i)) && (o->at_ms[i] == 0 || o->at_ms[i] < since_ms))
			return false;
	return true;
}

int64_t
observation_age_ms(const struct observation *o, enum look look, int64_t now_ms)
{
	int64_t at = o->at_ms[__builtin_ctz((unsigned)look)];

	if (at == 0)
		return -1;
	return now_ms > at ? now_ms - at : 0;
}

static bool
installation_differs(const struct installation_seen *a,
    const struct installation_seen *b)
{
	return a->daemon_up != b->daemon_up || a->exists != b->exists ||
	    a->loaded != b->loaded || a->replication_agent != b->replication_agent ||
	    a->cache_agent != b->cache_agent ||
	    release_compare(&a->release, &b->release) != 0 ||
	    release_is_set(&a->release) != release_is_set(&b->release) ||
	    strcmp(a->ram_policy, b->ram_policy) != 0 ||
	    strcmp(a->replication_policy, b->replication_policy) != 0 ||
	    strcmp(a->cache_policy, b->cache_policy) != 0;
}

static bool
peers_differ(const struct observation *a, const struct observation *b)
{
	if (a->peer_count != b->peer_count || a->peers_seen != b->peers_seen)
		return true;
	for (int i = 0; i < a->peer_count; i++)
		if (strcmp(a->peers[i].store, b->peers[i].store) != 0 ||
		    strcmp(a->peers[i].state, b->peers[i].state) != 0)
			return true;
	return false;
}

bool
observation_differs(const struct observation *a, const struct observation *b)
{
	struct release x = observation_release(a), y = observation_release(b);

	if (a->role != b->role || a->reachable != b->reachable || a->home != b->home ||
	    a->writable != b->writable || release_is_set(&x) != release_is_set(&y) ||
	    release_compare(&x, &y) != 0)
		return true;
	for (int i = 0; i < INSTALLATIONS_MAX; i++)
		if (installation_differs(&a->inst[i], &b->inst[i]))
			return true;
	return peers_differ(a, b);
}

const struct peer_seen *
observation_peer(const struct observation *o, const char *store)
{
	for (int i = 0; i < o->peer_count; i++)
		if (str_equal_nocase(o->peers[i].store, store))
			return &o->peers[i];
	return NULL;
}

struct peer_seen *
observation_peer_add(struct observation *o)
{
	struct peer_seen *p;

	o->peers = mem_array(o->peers, (size_t)o->peer_count + 1, sizeof(*p));
	p = &o->peers[o->peer_count++];
	*p = (struct peer_seen){ .last_message_s = -1, .logs = -1, .port = -1 };
	return p;
}

void
observation_peers_clear(struct observation *o)
{
	free(o->peers);
	o->peers = NULL;
	o->peer_count = 0;
	o->peers_seen = FACT_UNKNOWN;
}

const struct installation_seen *
observation_home(const struct observation *o)
{
	if (o->home < 0 || o->home >= INSTALLATIONS_MAX)
		return NULL;
	return &o->inst[o->home];
}

struct release
observation_release(const struct observation *o)
{
	const struct installation_seen *home = observation_home(o);

	if (release_is_set(&o->running) || home == NULL)
		return o->running;
	return home->release;
}
