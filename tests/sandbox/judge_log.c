/*
 * Reads the log of the sandbox: one JSON object a line, README.md lists the events. An
 * event may be written later than it happened (a change of role takes effect after its
 * call), so the lines are put in order of their time first.
 *
 * Used: accepting (value), first_commit, role (to), create, load, duplicate_ended,
 * unload, invalidate, destroy (grave, role), daemon_stopped, daemon_started,
 * host_killed, sandbox_ready, secret_seen. Every other event only lengthens the time of
 * the log.
 */
#include "tests/sandbox/judge.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
	int64_t at_us;
	size_t number;
	json_t *event;
};

struct lines {
	struct line *line;
	size_t n, room;
};

struct judge_database *
judge_database_at(struct judge *j, const char *host, const char *instance,
    const char *store)
{
	struct judge_database *d;

	for (size_t i = 0; i < j->databases; i++) {
		d = &j->database[i];
		if (strcmp(d->host, host) == 0 && strcmp(d->instance, instance) == 0 &&
		    strcmp(d->store, store) == 0)
			return d;
	}
	j->database = reallocarray(j->database, j->databases + 1, sizeof(*j->database));
	if (j->database == NULL)
		abort();
	d = &j->database[j->databases++];
	memset(d, 0, sizeof(*d));
	snprintf(d->host, sizeof(d->host), "%s", host);
	snprintf(d->instance, sizeof(d->instance), "%s", instance);
	snprintf(d->store, sizeof(d->store), "%s", store);
	snprintf(d->role, sizeof(d->role), "%s", "IDLE");
	return d;
}

static const char *
text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text != NULL ? text : "";
}

static void
end_span(struct judge_database *d, int64_t at_us)
{
	if (d->spans > 0 && d->span[d->spans - 1].to_us == JUDGE_OPEN)
		d->span[d->spans - 1].to_us = at_us;
}

static void
begin_span(struct judge_database *d, int64_t at_us, const json_t *pair, bool single)
{
	if (d->spans > 0 && d->span[d->spans - 1].to_us == JUDGE_OPEN)
		return;
	d->span = reallocarray(d->span, d->spans + 1, sizeof(*d->span));
	if (d->span == NULL)
		abort();
	d->span[d->spans++] = (struct judge_span){
		.from_us = at_us,
		.to_us = JUDGE_OPEN,
		.outside = !single &&
		    (pair != NULL ? !json_is_true(pair)
				  : strcmp(d->role, "ACTIVE") != 0),
	};
}

/* Its memory is gone, and with it the role; the next load says which it is then. */
static void
lose_memory(struct judge_database *d, int64_t at_us)
{
	end_span(d, at_us);
	snprintf(d->role, sizeof(d->role), "%s", "DOWN");
}

/* A main daemon that ends takes its databases along, a host all of them. */
static void
end_spans_of(struct judge *j, const char *host, const char *instance, int64_t at_us)
{
	for (size_t i = 0; i < j->databases; i++) {
		struct judge_database *d = &j->database[i];

		if (strcmp(d->host, host) == 0 &&
		    (instance == NULL || strcmp(d->instance, instance) == 0))
			lose_memory(d, at_us);
	}
}

static void
take_destroy(struct judge *j, struct judge_database *d, const json_t *o, int64_t at_us)
{
	struct judge_destroy *x;
	const char *role = text_of(o, "role");

	j->destroy = reallocarray(j->destroy, j->destroys + 1, sizeof(*j->destroy));
	if (j->destroy == NULL)
		abort();
	x = &j->destroy[j->destroys++];
	memset(x, 0, sizeof(*x));
	x->at_us = at_us;
	x->database = (size_t)(d - j->database);
	snprintf(x->role, sizeof(x->role), "%s", *role != '\0' ? role : d->role);
	snprintf(x->grave, sizeof(x->grave), "%s", text_of(o, "grave"));
	/* Remains of a copy that was never whole hold no rows, so there is no grave. */
	x->has_rows = strcmp(role, "partial files") == 0;
	d->exists = false;
	end_span(d, at_us);
}

static void
take_event_of_host(struct judge *j, const json_t *o, const char *event, int64_t at_us)
{
	static const char *const ends[] = { "daemon_stopped", "daemon_killed",
		"daemon_died" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(event, ends[i]) == 0)
			end_spans_of(j, text_of(o, "host"), text_of(o, "instance"),
			    at_us);
	if (strcmp(event, "host_killed") == 0)
		end_spans_of(j, text_of(o, "host"), NULL, at_us);
}

static void
take_event_of_store(struct judge *j, struct judge_database *d, const json_t *o,
    const char *event, int64_t at_us)
{
	if (strcmp(event, "accepting") == 0) {
		if (json_is_true(json_object_get(o, "value")))
			begin_span(d, at_us, json_object_get(o, "pair"),
			    j->single || j->classic);
		else
			end_span(d, at_us);
	} else if (strcmp(event, "unload") == 0 || strcmp(event, "invalidate") == 0) {
		lose_memory(d, at_us);
	} else if (strcmp(event, "first_commit") == 0 && d->spans > 0) {
		d->span[d->spans - 1].written = true;
	} else if (strcmp(event, "role") == 0) {
		snprintf(d->role, sizeof(d->role), "%s", text_of(o, "to"));
	} else if (strcmp(event, "create") == 0 || strcmp(event, "load") == 0 ||
	    strcmp(event, "duplicate_ended") == 0) {
		d->exists = true;
		d->created_us = at_us;
		snprintf(d->role, sizeof(d->role), "%s", "IDLE");
	} else if (strcmp(event, "destroy") == 0) {
		take_destroy(j, d, o, at_us);
	}
}

static void
take_event(struct judge *j, const json_t *o, int64_t at_us)
{
	const char *event = text_of(o, "event"), *store = text_of(o, "store");

	if (strcmp(event, "sandbox_ready") == 0)
		j->ready_us = at_us;
	if (strcmp(event, "secret_seen") == 0)
		judge_ids_add(&j->secrets, at_us);
	if (*store == '\0')
		take_event_of_host(j, o, event, at_us);
	else
		take_event_of_store(j,
		    judge_database_at(j, text_of(o, "host"), text_of(o, "instance"),
			store),
		    o, event, at_us);
}

static int
add_line(struct lines *all, const char *text)
{
	json_t *o = json_loads(text, 0, NULL), *t = json_object_get(o, "t");

	if (!json_is_number(t) || !json_is_string(json_object_get(o, "event"))) {
		json_decref(o);
		return -1;
	}
	if (all->n == all->room) {
		all->room = all->room == 0 ? 256 : all->room * 2;
		all->line = reallocarray(all->line, all->room, sizeof(*all->line));
		if (all->line == NULL)
			abort();
	}
	all->line[all->n] =
	    (struct line){ llround(json_number_value(t) * 1e6), all->n, o };
	all->n++;
	return 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static int
read_lines(struct lines *all, const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;
	int rc = 0;

	if (f == NULL) {
		fprintf(stderr, "judge: %s: %s\n", path, strerror(errno));
		return -1;
	}
	while (rc == 0 && getline(&text, &room, f) > 0) {
		rc = add_line(all, text);
		if (rc != 0)
			fprintf(stderr, "judge: %s:%zu: not an event\n", path,
			    all->n + 1);
	}
	free(text);
	fclose(f);
	if (rc == 0 && all->n == 0) {
		fprintf(stderr, "judge: %s: no events\n", path);
		rc = -1;
	}
	return rc;
}

int
judge_log_read(struct judge *j, const char *path)
{
	struct lines all = { 0 };
	int rc = read_lines(&all, path);

	if (rc == 0) {
		qsort(all.line, all.n, sizeof(*all.line), by_time);
		j->log_from_us = all.line[0].at_us;
		j->log_to_us = all.line[all.n - 1].at_us;
		j->events = all.n;
		for (size_t i = 0; i < all.n; i++)
			take_event(j, all.line[i].event, all.line[i].at_us);
	}
	for (size_t i = 0; i < all.n; i++)
		json_decref(all.line[i].event);
	free(all.line);
	return rc;
}
