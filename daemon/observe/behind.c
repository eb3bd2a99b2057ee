/* Who is behind whom in a pair, and how far: lag.h does the sums. */
#include "config.h"

#include <stdlib.h>

#include "common/mem.h"
#include "common/str.h"
#include "daemon/observe/watch.h"

#define LOG_FILE_BYTES \
	(64 << 20) /* the vendor's default; the schema look knows better */

/* As the vendor's tools name its database. */
static const char *
store_of(const struct member *m)
{
	const char *store = member_setting(m, "store");

	if (store == NULL)
		store = member_setting(m, "dsn");
	return store != NULL ? store : m->name;
}

static int64_t
file_bytes(const struct observation *o)
{
	const char *text = settings_get(&o->details, "log_file_bytes");
	int64_t bytes;

	if (text != NULL && str_to_int(text, 1, INT64_MAX / 4, &bytes))
		return bytes;
	return LOG_FILE_BYTES;
}

/* How fit a member is as the source of a receiver; 0: it is none. */
static int
fitness(const struct watched_pair *p, const struct member *source,
    const struct member *receiver)
{
	const struct observation *from = &p->seen[source->index];
	bool classic = str_equal(p->pair->topology, "bidirectional");

	if (source == receiver || source->subscriber || !from->bookmark.written.set ||
	    observation_peer(from, store_of(receiver)) == NULL)
		return 0;
	if (receiver->subscriber)
		return from->role == ROLE_STANDBY ? 3
		    : from->role == ROLE_ACTIVE   ? 2
						  : 1;
	if (classic)
		return 1;
	/* Of two masters only the active one sends. */
	return from->role == ROLE_ACTIVE &&
	    p->seen[receiver->index].role != ROLE_ACTIVE;
}

static struct watch *
source_of(const struct watched_pair *p, const struct member *receiver)
{
	struct watch *best = NULL;
	int most = 0;

	for (size_t i = 0; i < p->pair->member_count; i++) {
		int fit = fitness(p, &p->pair->members[i], receiver);

		if (fit > most) {
			most = fit;
			best = &p->watches[i];
		}
	}
	return best;
}

static struct lag_history *
history(struct lag_history **h)
{
	if (*h == NULL)
		*h = mem_alloc(sizeof(**h));
	return *h;
}

static int64_t
bytes_at(const struct position *at, int64_t file)
{
	struct position start = { .set = true };

	return position_distance(&start, at, file);
}

static void
set_lag(struct watch *receiver, const struct watch *source)
{
	const struct observation *from = &receiver->pair->seen[source->member->index];
	struct observation *to = &receiver->pair->seen[receiver->member->index];
	const struct peer_seen *peer =
	    observation_peer(from, store_of(receiver->member));
	int64_t file = file_bytes(from), behind;

	to->lag_bytes = to->lag_ms = -1;
	if (peer == NULL || source->written == NULL)
		return;
	behind = position_distance(&peer->held, &from->bookmark.written, file);
	if (behind < 0)
		return;
	to->lag_bytes = behind;
	to->lag_ms = lag_behind_ms(source->written, bytes_at(&peer->held, file));
	lag_record(history(&receiver->behind), observation_at_ms(from, LOOK_PEERS),
	    behind);
}

/* The positions of both ends are in one observation, the source's: what was seen of this
 * member moves those that receive from it, and whom it receives from may be another now. */
void
behind_update(struct watch *w)
{
	struct watched_pair *p = w->pair;
	struct observation *o = &p->seen[w->member->index];
	int64_t written = bytes_at(&o->bookmark.written, file_bytes(o));

	/* A log that begins anew (duplicate, restore) has another history. */
	if (written >= 0 && w->written != NULL && w->written->count > 0 &&
	    written < w->written->value[w->written->count - 1])
		w->written->count = 0;
	if (written >= 0)
		lag_record(history(&w->written), observation_at_ms(o, LOOK_ROLE),
		    written);
	o->write_bytes_per_s = w->written != NULL ? lag_growth(w->written) : -1;
	for (size_t i = 0; i < p->pair->member_count; i++) {
		struct watch *receiver = &p->watches[i];
		const struct watch *source = source_of(p, receiver->member);

		if (source == NULL)
			p->seen[i].lag_bytes = p->seen[i].lag_ms = -1;
		else if (source == w)
			set_lag(receiver, source);
	}
}
