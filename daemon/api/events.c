#include "config.h"

#include "daemon/api/events.h"

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <microhttpd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/api/fields.h"
#include "daemon/api/reply.h"
#include "daemon/api/routes.h"
#include "daemon/api/server.h"
#include "daemon/api/views.h"

#define PAGE_DEFAULT 100
#define PAGE_MAX     1000
#define STREAM_PAGE  32
#define NEWS_PAGE    256
#define BLOCK_BYTES  4096

struct stream {
	TAILQ_ENTRY(stream) entry;
	struct api *api;
	struct listener *listener;
	struct MHD_Connection *connection;
	char pair[NAME_MAX_BYTES]; /* "": all */
	int64_t after;             /* the place: id of the last event in page */
	struct buf page;
	size_t sent; /* of page */
	bool suspended;
	bool beat; /* say something, even without an event */
	struct event *timer;
};

/* ---- the page ---- */

struct event_page {
	json_t *list;
	int64_t last;
};

static void
add_to_page(void *arg, const struct event_row *e)
{
	struct event_page *page = arg;

	(void)json_array_append_new(page->list, view_event(e));
	page->last = e->id;
}

static void
show_page(struct request *rq, const struct pair *pair, int64_t after)
{
	struct journal *journal = conductor_journal(rq->api->conductor);
	struct event_page page = { .last = after };
	struct ud_error err = { 0 };
	int64_t limit;
	json_t *doc;

	if (request_query_int(rq, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, &err) !=
	    0) {
		reply_error(rq, &err);
		return;
	}
	page.list = json_array();
	if (journal_events(journal, after, pair ? pair->name : NULL, (int)limit,
		add_to_page, &page, &err) != 0) {
		json_decref(page.list);
		reply_error(rq, &err);
		return;
	}
	doc = json_object();
	put(doc, "events", page.list);
	put_int(doc, "next", page.last);
	reply_json(rq, MHD_HTTP_OK, doc);
}

/* ---- the stream ---- */

static void
add_frame(void *arg, const struct event_row *e)
{
	struct stream *s = arg;
	json_t *obj = view_event(e);
	char *text =
	    json_dumps(obj, JSON_COMPACT); /* one line: JSON escapes line ends */

	buf_addf(&s->page, "id: %lld\nevent: %s\ndata: ", (long long)e->id, e->kind);
	buf_adds(&s->page, text ? text : "null");
	buf_adds(&s->page, "\n\n");
	s->after = e->id;
	free(text);
	json_decref(obj);
}

static void
set_beat(struct stream *s)
{
	const struct timeval soon = { .tv_sec = (time_t)(s->api->beat_ms / 1000),
		.tv_usec = (suseconds_t)(s->api->beat_ms % 1000 * 1000) };

	s->beat = false;
	(void)evtimer_add(s->timer, &soon);
}

/* Reads the next page; empty when there is nothing to say. */
static int
fill_page(struct stream *s)
{
	struct ud_error err = { 0 };

	buf_clear(&s->page);
	s->sent = 0;
	if (journal_events(conductor_journal(s->api->conductor), s->after,
		*s->pair ? s->pair : NULL, STREAM_PAGE, add_frame, s, &err) != 0)
		return -1;
	if (s->page.len == 0 && s->beat)
		buf_adds(&s->page, ": alive\n\n");
	if (s->page.len > 0)
		set_beat(s);
	return 0;
}

static ssize_t
read_stream(void *arg, uint64_t pos, char *out, size_t room)
{
	struct stream *s = arg;
	size_t len;

	(void)pos;
	if (s->api->closing)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (s->sent == s->page.len && fill_page(s) != 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	len = s->page.len - s->sent;
	if (len == 0) {
		s->suspended = true;
		MHD_suspend_connection(s->connection);
		return 0;
	}
	if (len > room)
		len = room;
	memcpy(out, s->page.data + s->sent, len);
	s->sent += len;
	return (ssize_t)len;
}

static void
wake_stream(struct stream *s)
{
	if (!s->suspended)
		return;
	s->suspended = false;
	MHD_resume_connection(s->connection);
	listener_wake(s->listener);
}

static void
on_beat(evutil_socket_t fd, short what, void *arg)
{
	struct stream *s = arg;

	(void)fd;
	(void)what;
	set_beat(s);
	s->beat = true;
	wake_stream(s);
}

static void
free_stream(void *arg)
{
	struct stream *s = arg;

	TAILQ_REMOVE(&s->api->streams, s, entry);
	s->listener->streams--;
	event_free(s->timer);
	buf_done(&s->page);
	free(s);
}

static struct stream *
new_stream(struct request *rq, const struct pair *pair, int64_t after)
{
	struct stream *s = mem_alloc(sizeof(*s));

	s->api = rq->api;
	s->listener = rq->listener;
	s->connection = rq->connection;
	s->after = after;
	(void)str_copy(s->pair, sizeof(s->pair), pair ? pair->name : "");
	s->timer = evtimer_new(rq->api->base, on_beat, s);
	/* Something to send at once: the client sees that the line stands. */
	buf_adds(&s->page, "retry: 2000\n\n");
	set_beat(s);
	TAILQ_INSERT_TAIL(&rq->api->streams, s, entry);
	s->listener->streams++;
	return s;
}

static void
show_stream(struct request *rq, const struct pair *pair, int64_t after)
{
	static const char type[] = "text/event-stream";
	struct ud_error err = { 0 };
	struct buf none = { 0 };

	if (rq->is_head) {
		reply_text(rq, MHD_HTTP_OK, type, &none);
		return;
	}
	if (rq->listener->streams >= API_STREAMS) {
		(void)ud_fail(&err, UD_EUNREACHABLE, "%d event streams are open",
		    API_STREAMS);
		(void)ud_remedy(&err,
		    "read GET /v1/events in pages, or close some streams");
		reply_error(rq, &err);
		return;
	}
	reply_response(rq, MHD_HTTP_OK, type,
	    MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES,
		read_stream, new_stream(rq, pair, after), free_stream));
}

/* ---- the route ---- */

static bool
wants_stream(const struct request *rq)
{
	const char *accept = request_header(rq, MHD_HTTP_HEADER_ACCEPT);

	return accept && str_find_nocase(accept, "text/event-stream");
}

/* Last-Event-ID goes before ?after=: a browser repeats the address it was given first and
 * adds where it got to. A stream without either begins now, a page at the oldest event. */
static int
find_place(const struct request *rq, bool stream, int64_t *ret, struct ud_error *err)
{
	const char *last = stream ? request_header(rq, "Last-Event-ID") : NULL;
	int64_t begin = 0;

	if (last && *last) {
		if (str_to_int(last, 0, INT64_MAX, ret))
			return 0;
		return ud_fail(err, UD_EUSAGE, "Last-Event-ID: a number is accepted");
	}
	if (stream)
		begin = journal_last_event(conductor_journal(rq->api->conductor));
	return request_query_int(rq, "after", 0, INT64_MAX, begin, ret, err);
}

void
events_show(struct request *rq)
{
	bool stream = wants_stream(rq);
	const struct pair *pair = NULL;
	struct ud_error err = { 0 };
	int64_t after;

	if (request_pair(rq, &pair, &err) != 0 ||
	    find_place(rq, stream, &after, &err) != 0)
		reply_error(rq, &err);
	else if (stream)
		show_stream(rq, pair, after);
	else
		show_page(rq, pair, after);
}

/* ---- news ---- */

struct news {
	struct api *api;
	int count;
};

static void
take_news(void *arg, const struct event_row *e)
{
	struct news *n = arg;
	struct stream *s;

	n->count++;
	n->api->last_event = e->id;
	measures_note(&n->api->measures, e);
	TAILQ_FOREACH(s, &n->api->streams, entry)
		if (!*s->pair || str_equal(s->pair, e->pair))
			wake_stream(s);
}

/* Once in a round of the loop, however many transactions it had. A journal that cannot be
 * read now is read from the same place the next time. */
static void
on_news(evutil_socket_t fd, short what, void *arg)
{
	struct news n = { .api = arg };
	struct ud_error err = { 0 };

	(void)fd;
	(void)what;
	do
		n.count = 0;
	while (journal_events(conductor_journal(n.api->conductor), n.api->last_event,
		   NULL, NEWS_PAGE, take_news, &n, &err) == 0 &&
	    n.count == NEWS_PAGE);
	measures_take(&n.api->measures, n.api->conductor);
}

/* The conductor is in the middle of its turn: look when it is back in the loop. */
static void
on_commit(void *arg)
{
	struct api *a = arg;

	event_active(a->news, EV_TIMEOUT, 0);
}

void
events_begin(struct api *a)
{
	a->news = evtimer_new(a->base, on_news, a);
	a->last_event = journal_last_event(conductor_journal(a->conductor));
	conductor_on_events(a->conductor, on_commit, a);
}

void
events_end(struct api *a)
{
	struct stream *s;

	TAILQ_FOREACH(s, &a->streams, entry)
		wake_stream(s);
}

static void
ignore_commit(void *arg)
{
	(void)arg;
}

void
events_done(struct api *a)
{
	conductor_on_events(a->conductor, ignore_commit, NULL);
	event_free(a->news);
}
