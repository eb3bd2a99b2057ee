/*
 * One HTTP request, from its first byte until both sides are through with it.
 *
 * It is counted: the connection holds one reference, and whoever waits for an answer of the
 * conductor holds another one. A client that goes away only takes the connection's.
 */
#ifndef UD_API_REQUEST_H
#define UD_API_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "common/buf.h"
#include "common/json.h"
#include "daemon/api/auth.h"
#include "daemon/model/pair.h"

#define API_BODY_MAX (64 * 1024)
#define API_SWALLOW_MAX \
	(1024 * 1024) /* of a body that is refused, to read the answer */
#define API_HEADER_MAX (8 * 1024)

struct api;
struct listener;
struct route;
struct MHD_Connection;
struct MHD_Response;

struct request {
	TAILQ_ENTRY(request) entry; /* of api->requests while there is a connection */
	struct api *api;            /* NULL: the API is closed */
	struct listener *listener;
	struct MHD_Connection *connection; /* NULL: it is over */
	int refs;
	int64_t began_us;
	const struct peer *peer; /* while there is a connection */
	enum right right;
	char who[64];
	const struct route *route; /* NULL: refused before it was found */
	const char *allow; /* methods of the path, of a request with another one */
	bool is_head;
	char name[NAME_MAX_BYTES]; /* {pair} of the path */
	int64_t id;                /* {id} of the path */
	char key[80];              /* Idempotency-Key of a start that is under way */
	struct settings query;
	struct buf body;
	size_t body_seen; /* more than body.len: it is too big */
	json_t *json;     /* the body, an object; NULL: there is none */
	bool handled;
	bool suspended;
	unsigned status;
	struct MHD_Response *response; /* not queued yet */
};
TAILQ_HEAD(request_list, request);

struct request *request_new(struct listener *l, struct MHD_Connection *c,
    const struct peer *peer);
struct request *request_ref(struct request *rq);
void request_unref(struct request *rq);
void request_over(struct request *rq); /* the connection is through with it */

/* Right, route, arguments: answers what must be refused. The body is not there yet. */
void request_begin(struct request *rq, const char *method, const char *url);

/* A piece of the body; false: far too much came, close the connection. */
bool request_add_body(struct request *rq, const char *data, size_t len);

/* The body is complete: lets the route answer, now or later. */
void request_handle(struct request *rq);

/* Length the client announced, -1 none. */
int64_t request_announced(const struct request *rq);

const char *request_header(const struct request *rq, const char *name); /* or NULL */

/* A query argument, decoded; NULL when absent or empty. */
const char *request_query(const struct request *rq, const char *name);
/* A number between min and max, fallback when absent. UD_EUSAGE says what is accepted. */
int request_query_int(const struct request *rq, const char *name, int64_t min,
    int64_t max, int64_t fallback, int64_t *ret, struct ud_error *err) UD_CHECKED;

/* The pair of the path, or of the query argument `pair` when the path has none; *ret NULL:
 * not asked for. UD_ENOTFOUND. */
int request_pair(const struct request *rq, const struct pair **ret,
    struct ud_error *err) UD_CHECKED;

/* UD_ENOTFOUND: neither under way nor in the journal. Returns -1. */
int request_no_upgrade(int64_t id, struct ud_error *err);

/* The number of If-Match, quoted or not. UD_EMISSING, UD_EUSAGE. */
int request_revision(const struct request *rq, int64_t *ret, struct ud_error *err)
    UD_CHECKED;

/* Idempotency-Key. UD_EMISSING, UD_EUSAGE. Borrowed for as long as the connection. */
int request_key(const struct request *rq, const char **ret, struct ud_error *err)
    UD_CHECKED;

/* Decodes %XX in place; false for a broken sequence, a zero byte or a control character. */
bool request_decode(char *text);

#endif
