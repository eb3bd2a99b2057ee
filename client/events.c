#include "config.h"

#include "client/events.h"

#include <stdlib.h>

#include <curl/curl.h>

#include "client/http.h"
#include "client/sse.h"
#include "common/clock.h"
#include "common/mem.h"
#include "common/str.h"

#define FIRST_DELAY_MS   250
#define LONGEST_DELAY_MS 5000
#define COLLECT_MS       20 /* one look for events that come together */

struct events {
	struct http *http;
	char *pair;
	CURLM *multi;
	CURL *easy; /* NULL: not open */
	void *headers;
	struct sse sse;
	size_t seen; /* records that were reported */
	bool is_live;
	int64_t delay_ms; /* before the next attempt */
	int64_t retry_at_ms;
};

struct events *
events_new(struct http *h, const char *pair)
{
	struct events *e = mem_alloc(sizeof(*e));

	e->http = h;
	e->pair = mem_strdup(pair);
	e->multi = curl_multi_init();
	e->delay_ms = FIRST_DELAY_MS;
	return e;
}

static void
close_stream(struct events *e)
{
	if (e->easy == NULL)
		return;
	curl_multi_remove_handle(e->multi, e->easy);
	curl_easy_cleanup(e->easy);
	curl_slist_free_all(e->headers);
	e->easy = NULL;
	e->headers = NULL;
	e->is_live = false;
	sse_restart(&e->sse);
}

void
events_free(struct events *e)
{
	if (e == NULL)
		return;
	close_stream(e);
	curl_multi_cleanup(e->multi);
	sse_done(&e->sse);
	free(e->pair);
	free(e);
}

static bool
is_event_stream(CURL *easy)
{
	const char *type = NULL;
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
	return status == 200 && type != NULL &&
	    str_starts_nocase(type, "text/event-stream");
}

/* Data that is no event stream ends the transfer: polling must do. */
static size_t
on_data(char *data, size_t size, size_t count, void *arg)
{
	struct events *e = arg;

	if (!is_event_stream(e->easy))
		return 0;
	e->is_live = true;
	e->delay_ms = FIRST_DELAY_MS;
	sse_feed(&e->sse, data, size * count);
	return size * count;
}

/* A stream may be silent for long after its head: it stands from the head on. */
static size_t
on_head(char *data, size_t size, size_t count, void *arg)
{
	struct events *e = arg;

	if (size * count == 2 && data[0] == '\r')
		e->is_live = is_event_stream(e->easy);
	return size * count;
}

static char *
stream_path(const struct events *e)
{
	struct buf path = { 0 };

	buf_adds(&path, "/v1/events");
	if (e->pair != NULL) {
		buf_adds(&path, "?pair=");
		http_add_escaped(&path, e->pair);
	}
	if (e->sse.id[0] != '\0') {
		buf_adds(&path, e->pair != NULL ? "&after=" : "?after=");
		http_add_escaped(&path, e->sse.id);
	}
	return buf_take(&path);
}

static void
open_stream(struct events *e)
{
	char *path = stream_path(e), *last;
	struct curl_slist *headers;

	e->easy = http_easy(e->http, path, &e->headers);
	free(path);
	if (e->easy == NULL)
		return;
	headers = curl_slist_append(e->headers, "Accept: text/event-stream");
	if (e->sse.id[0] != '\0') {
		last = mem_printf("Last-Event-ID: %s", e->sse.id);
		headers = curl_slist_append(headers, last);
		free(last);
	}
	e->headers = headers;
	curl_easy_setopt(e->easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e->easy, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(e->easy, CURLOPT_HEADERDATA, e);
	curl_easy_setopt(e->easy, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(e->easy, CURLOPT_WRITEDATA, e);
	curl_multi_add_handle(e->multi, e->easy);
}

/* Lets the stream go on; closes one that ended and says when the next may be tried. */
static void
turn(struct events *e, int64_t now_ms)
{
	int running = 0;

	if (e->easy == NULL && now_ms >= e->retry_at_ms)
		open_stream(e);
	if (e->easy == NULL)
		return;
	curl_multi_perform(e->multi, &running);
	if (running > 0)
		return;
	close_stream(e);
	e->retry_at_ms = now_ms + e->delay_ms;
	e->delay_ms =
	    e->delay_ms * 2 < LONGEST_DELAY_MS ? e->delay_ms * 2 : LONGEST_DELAY_MS;
}

/* The bell: an event, or a change between standing and broken. */
static bool
rang(const struct events *e, bool was_live)
{
	return e->sse.records != e->seen || e->is_live != was_live;
}

void
events_wait(struct events *e, int64_t limit_ms)
{
	int64_t now_ms = clock_mono_ms(), until_ms = now_ms + limit_ms, left_ms;
	bool was_live = e->is_live, ringing = false;

	for (;;) {
		turn(e, now_ms);
		if (!ringing && rang(e, was_live)) {
			ringing = true;
			if (until_ms > now_ms + COLLECT_MS)
				until_ms = now_ms + COLLECT_MS;
		}
		left_ms = until_ms - now_ms;
		if (left_ms <= 0)
			break;
		if (e->easy == NULL && e->retry_at_ms > now_ms &&
		    e->retry_at_ms - now_ms < left_ms)
			left_ms = e->retry_at_ms - now_ms;
		curl_multi_poll(e->multi, NULL, 0, left_ms > 1000 ? 1000 : (int)left_ms,
		    NULL);
		now_ms = clock_mono_ms();
	}
	e->seen = e->sse.records;
}

bool
events_is_live(const struct events *e)
{
	return e->is_live;
}
