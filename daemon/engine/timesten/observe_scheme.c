/*
 * The replication scheme as the database keeps it: stores, ports, limits, peers.
 *
 * Source: TimesTen System Tables and Views Reference, tables of TTREP.
 */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>

#include "daemon/engine/timesten/observe_schema.h"

/* One scheme is named, more are "several". */
void
read_scheme(struct schema *s, const struct tt_row *row)
{
	struct settings *d = &s->draft->details;
	bool first = settings_get(d, "scheme") == NULL;

	settings_set(d, "scheme", first ? tt_column(row, 0) : "several");
	settings_set(d, "scheme_owner", first ? tt_column(row, 1) : "");
}

static void
copy_upper(char *dst, size_t size, const char *src)
{
	str_copy(dst, size, src);
	for (; *dst != '\0'; dst++)
		*dst = (char)toupper((unsigned char)*dst);
}

static const struct store *
find_store(const struct schema *s, const char *id)
{
	int64_t n;

	if (str_to_int(id, 0, INT64_MAX, &n))
		for (int i = 0; i < s->store_count; i++)
			if (s->stores[i].id == n)
				return &s->stores[i];
	return NULL;
}

static void
set_store(struct schema *s, const struct store *store, const char *what,
    const char *value)
{
	char key[NAME_MAX_BYTES + 32];

	str_printf(key, sizeof(key), "store.%s.%s", store->name, what);
	settings_set(&s->draft->details, key, value);
}

/* Two hosts may have stores of one name; the details know stores by name only. */
void
read_store(struct schema *s, const struct tt_row *row)
{
	struct store *store = &s->stores[s->store_count];

	if (s->store_count == MEMBERS_MAX ||
	    !str_to_int(tt_column(row, 0), 0, INT64_MAX, &store->id) ||
	    row->count < 5) {
		s->bad = true;
		return;
	}
	copy_upper(store->name, sizeof(store->name), tt_column(row, 2));
	store->local = binary_is_set(tt_column(row, 3));
	for (int i = 0; i < s->store_count; i++)
		if (str_equal(s->stores[i].name, store->name))
			settings_set(&s->draft->details, "stores_alike", "yes");
	s->store_count++;
	set_store(s, store, "host", tt_column(row, 1)); /* as the scheme has it: statements name it */
	set_store(s, store, "local", store->local ? "yes" : "no");
	set_store(s, store, "port", row->null[4] ? "0" : tt_column(row, 4));
	detail_setf(s->draft, "stores", "%d", s->store_count);
}

void
read_threshold(struct schema *s, const struct tt_row *row)
{
	const struct store *store = find_store(s, tt_column(row, 0));
	const char *most = settings_get(&s->draft->details, "fail_threshold");
	int64_t value = tt_column_int(row, 1, -1), now = -1;

	if (store == NULL || value < 0) {
		s->bad = true;
		return;
	}
	set_store(s, store, "fail_threshold", tt_column(row, 1));
	if (most == NULL || !str_to_int(most, 0, INT64_MAX, &now) || value > now)
		detail_setf(s->draft, "fail_threshold", "%" PRId64, value);
}

static bool
is_of_another(const struct schema *s, const char *sender)
{
	const struct store *store = find_store(s, sender);

	return store != NULL && !store->local;
}

/* What this database knows of its own peers; SENDLSN is what the peer acknowledged. */
void
read_peer(struct schema *s, const struct tt_row *row)
{
	static const char *const states[] = { "start", "pause", "stop", NULL,
		"failed" };
	const struct store *store = find_store(s, tt_column(row, 1));
	int64_t state = tt_column_int(row, 2, -1);
	struct position sent = { .file = tt_column_int(row, 3, -1),
		.offset = tt_column_int(row, 4, -1),
		.set = true };
	char text[POSITION_TEXT];

	if (store == NULL || is_of_another(s, tt_column(row, 0)))
		return; /* none of the scheme (AWT), or the other master's view */
	if (state >= 0 && state < (int)ARRAY_SIZE(states) && states[state] != NULL)
		set_store(s, store, "peer_state", states[state]);
	set_store(s, store, "sent", position_text(&sent, text));
}

/* The strongest of all subscriptions: '2' before 'R' before 'C'. */
void
read_return(struct schema *s, const struct tt_row *row)
{
	static const char *const names[] = { "none", "commit", "receipt", "twosafe" };
	const char *was = settings_get(&s->draft->details, "return_service");
	const char *code = tt_column(row, 0);
	size_t now = *code == '2' ? 3 : *code == 'R' ? 2 : *code == 'C' ? 1 : 0;

	for (size_t i = now; was != NULL && i < ARRAY_SIZE(names); i++)
		if (str_equal(was, names[i]))
			return;
	settings_set(&s->draft->details, "return_service", names[now]);
}
