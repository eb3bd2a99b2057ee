/* Events after an id: the source of the event stream and of its pages. */
#include "config.h"

#include "daemon/journal/internal.h"

int
journal_events(struct journal *j, int64_t after, const char *pair, int limit,
    journal_event_fn *each, void *arg, struct ud_error *err)
{
	struct query q;
	int rc;

	if (query_open(&q, j, pair != NULL ? ST_EVENTS_PAIR : ST_EVENTS, err) != 0)
		return -1;
	if (pair != NULL)
		query_text(&q, pair);
	query_int(&q, after);
	query_int(&q, limit > 0 ? limit : 0);
	while ((rc = query_row(&q, err)) > 0) {
		const struct event_row e = {
			.id = column_int(&q, 0),
			.wall_ms = column_int(&q, 1),
			.upgrade = column_int(&q, 2),
			.pair = column_text(&q, 3),
			.kind = column_text(&q, 4),
			.step = column_text(&q, 5),
			.member = column_text(&q, 6),
			.text = column_text(&q, 7),
			.data = (const char *)sqlite3_column_text(q.st, 8),
		};

		each(arg, &e);
	}
	query_close(&q);
	return rc;
}
