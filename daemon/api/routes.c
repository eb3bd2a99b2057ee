#include "config.h"

#include "daemon/api/routes.h"

#include <string.h>

#include "daemon/conductor/conductor.h"

/* check and plan read only: they ask the members anew and change nothing. */
/* clang-format off */
const struct route routes[] = {
	{ "GET",  "/v1/pairs",                  RIGHT_READ,    pairs_list,       "" },
	{ "GET",  "/v1/pairs/{pair}",           RIGHT_READ,    pairs_show,       "" },
	{ "GET",  "/v1/pairs/{pair}/why",       RIGHT_READ,    pairs_why,        "" },
	{ "POST", "/v1/pairs/{pair}/check",     RIGHT_READ,    plans_check,      "" },
	{ "POST", "/v1/pairs/{pair}/plan",      RIGHT_READ,    plans_plan,       "" },
	{ "POST", "/v1/pairs/{pair}/upgrades",  RIGHT_CONTROL, upgrades_start,   "" },
	{ "GET",  "/v1/upgrades",               RIGHT_READ,    upgrades_list,    "pair state limit after" },
	{ "GET",  "/v1/upgrades/{id}",          RIGHT_READ,    upgrades_show,    "" },
	{ "GET",  "/v1/upgrades/{id}/steps",    RIGHT_READ,    history_steps,    "" },
	{ "GET",  "/v1/upgrades/{id}/commands", RIGHT_READ,    history_commands, "step after limit" },
	{ "POST", "/v1/upgrades/{id}/advance",  RIGHT_CONTROL, steering_ask,     "", STEER_ADVANCE },
	{ "POST", "/v1/upgrades/{id}/pause",    RIGHT_CONTROL, steering_ask,     "", STEER_PAUSE },
	{ "POST", "/v1/upgrades/{id}/resume",   RIGHT_CONTROL, steering_ask,     "", STEER_RESUME },
	{ "POST", "/v1/upgrades/{id}/retry",    RIGHT_CONTROL, steering_ask,     "", STEER_RETRY },
	{ "POST", "/v1/upgrades/{id}/abort",    RIGHT_CONTROL, steering_ask,     "", STEER_ABORT },
	{ "GET",  "/v1/events",                 RIGHT_READ,    events_show,      "after pair limit" },
	{ "GET",  "/v1/procedures",             RIGHT_READ,    build_procedures, "engine" },
	{ "GET",  "/v1/version",                RIGHT_READ,    build_version,    "" },
	{ "GET",  "/metrics",                   RIGHT_READ,    metrics_show,     "" },
	{ "GET",  "/healthz",                   RIGHT_READ,    health_alive,     "" },
	{ "GET",  "/readyz",                    RIGHT_READ,    health_ready,     "" },
	{ NULL }
};
/* clang-format on */

#define SEGMENT_MAX 256

/* Takes the next segment off *path ("/a/b" gives "a", leaves "/b"); false at its end. */
static bool
next_segment(const char **path, char segment[SEGMENT_MAX])
{
	const char *start = *path, *end;
	size_t len;

	if (*start != '/')
		return false;
	start++;
	end = strchrnul(start, '/');
	len = (size_t)(end - start);
	if (len >= SEGMENT_MAX)
		len = SEGMENT_MAX - 1;
	memcpy(segment, start, len);
	segment[len] = '\0';
	*path = end;
	return true;
}

/* Whether a path has the shape of a pattern, names and numbers left aside. */
static bool
has_shape(const char *pattern, const char *path)
{
	char want[SEGMENT_MAX], have[SEGMENT_MAX];

	for (;;) {
		bool more = next_segment(&pattern, want);

		if (next_segment(&path, have) != more)
			return false;
		if (!more)
			return *path == '\0';
		if (want[0] == '{' ? !*have : strcmp(want, have) != 0)
			return false;
	}
}

static int
take_name(struct request *rq, char *segment, struct ud_error *err)
{
	if (!request_decode(segment) || !str_is_name(segment, NAME_MAX_BYTES - 1)) {
		(void)ud_fail(err, UD_ENOTFOUND, "no pair can have this name");
		return ud_remedy(err,
		    "names are letters, digits, '-', '_' and '.', at most "
		    "%d; GET /v1/pairs lists them",
		    NAME_MAX_BYTES - 1);
	}
	(void)str_copy(rq->name, sizeof(rq->name), segment);
	return 0;
}

static int
take_id(struct request *rq, char *segment, struct ud_error *err)
{
	if (!request_decode(segment) || !str_to_int(segment, 1, INT64_MAX, &rq->id)) {
		(void)ud_fail(err, UD_ENOTFOUND,
		    "no such upgrade: upgrades have numbers");
		return ud_remedy(err, "GET /v1/upgrades lists them");
	}
	return 0;
}

static int
take_arguments(struct request *rq, const char *pattern, const char *path,
    struct ud_error *err)
{
	char want[SEGMENT_MAX], have[SEGMENT_MAX];

	while (next_segment(&pattern, want) && next_segment(&path, have)) {
		if (strcmp(want, "{pair}") == 0 && take_name(rq, have, err) != 0)
			return -1;
		if (strcmp(want, "{id}") == 0 && take_id(rq, have, err) != 0)
			return -1;
	}
	return 0;
}

/* No pattern has routes of more than one method today; the first one names them. */
static int
refuse_method(struct request *rq, const struct route *r, const char *method,
    struct ud_error *err)
{
	bool is_get = strcmp(r->method, "GET") == 0;

	rq->allow = is_get ? "GET, HEAD" : r->method;
	(void)ud_fail(err, UD_EMETHOD, "%s does not know the method %.16s", r->path,
	    method);
	return ud_remedy(err, "use %s", rq->allow);
}

int
route_find(struct request *rq, const char *method, const char *path,
    struct ud_error *err)
{
	const struct route *other = NULL;

	rq->is_head = strcmp(method, "HEAD") == 0;
	if (rq->is_head)
		method = "GET";
	for (const struct route *r = routes; r->method; r++) {
		if (!has_shape(r->path, path))
			continue;
		other = r;
		if (strcmp(r->method, method) != 0)
			continue;
		rq->route = r;
		return take_arguments(rq, r->path, path, err);
	}
	if (other)
		return refuse_method(rq, other, method, err);
	(void)ud_fail(err, UD_ENOTFOUND, "no such route");
	return ud_remedy(err, "the routes are in doc/api.md; they begin with /v1/");
}

bool
route_knows_query(const struct route *r, const char *name)
{
	size_t len = strlen(name);
	const char *at = r->query;

	while (len > 0 && (at = strstr(at, name)) != NULL) {
		if ((at == r->query || at[-1] == ' ') &&
		    (at[len] == '\0' || at[len] == ' '))
			return true;
		at += len;
	}
	return false;
}
