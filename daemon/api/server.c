/*
 * libmicrohttpd inside our event loop.
 *
 * It runs without threads of its own. All its sockets are in one epoll descriptor; when
 * that is readable, or the time it asked for has come, it runs once. Requests that wait
 * for the conductor, and event streams with nothing to say, are suspended: they cost
 * nothing. Resuming a connection must make libmicrohttpd run: listener_wake(). Release
 * 0.9.75 wakes itself through its own pipe, but does not promise it for loops of others.
 */
#include "config.h"

#include "daemon/api/server.h"

#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <microhttpd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include "daemon/api/reply.h"
#include "daemon/api/routes.h"
#include "daemon/conductor/conductor.h"
#include "daemon/config/config.h"

#define CLOSING_MS 200

/* ---- one connection, one request ---- */

static enum MHD_Result
queue_reply(struct request *rq)
{
	enum MHD_Result rc =
	    MHD_queue_response(rq->connection, rq->status, rq->response);

	MHD_destroy_response(rq->response); /* the connection has its own reference */
	rq->response = NULL;
	return rc;
}

static enum MHD_Result
begin_request(struct request *rq, const char *method, const char *url)
{
	struct ud_error err = { 0 };

	request_begin(rq, method, url);
	if (request_announced(rq) <= API_SWALLOW_MAX)
		return MHD_YES; /* refusals wait for the body, so that the client reads them */
	(void)ud_fail(&err, UD_ETOOBIG, "the body is too big");
	(void)ud_remedy(&err, "at most %d bytes are accepted", API_BODY_MAX);
	reply_error(rq, &err);
	return queue_reply(rq);
}

/* libmicrohttpd calls this for the head of a request, for each piece of its body, for its
 * end, and for its end again after it was suspended. */
static enum MHD_Result
on_request(void *arg, struct MHD_Connection *c, const char *url, const char *method,
    const char *version, const char *data, size_t *size, void **slot)
{
	struct listener *l = arg;
	struct request *rq = *slot;

	(void)version;
	if (!rq) {
		const union MHD_ConnectionInfo *info =
		    MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

		if (!info || !info->socket_context)
			return MHD_NO;
		*slot = rq = request_new(l, c, info->socket_context);
		return begin_request(rq, method, url);
	}
	if (*size > 0) {
		bool bearable = request_add_body(rq, data, *size);

		*size = 0;
		return bearable ? MHD_YES : MHD_NO;
	}
	if (!rq->handled)
		request_handle(rq);
	if (rq->response)
		return queue_reply(rq);
	rq->suspended = true;
	MHD_suspend_connection(c);
	return MHD_YES;
}

static void
on_completed(void *arg, struct MHD_Connection *c, void **slot,
    enum MHD_RequestTerminationCode why)
{
	struct request *rq = *slot;

	(void)arg;
	(void)c;
	(void)why;
	*slot = NULL;
	if (rq)
		request_over(rq);
}

static void
on_connection(void *arg, struct MHD_Connection *c, void **slot,
    enum MHD_ConnectionNotificationCode what)
{
	struct listener *l = arg;
	const union MHD_ConnectionInfo *info;
	struct peer *peer;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		free(*slot);
		*slot = NULL;
		return;
	}
	*slot = peer = mem_alloc(sizeof(*peer));
	info = MHD_get_connection_info(c,
	    l->is_local ? MHD_CONNECTION_INFO_CONNECTION_FD
			: MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (l->is_local)
		auth_local(info ? info->connect_fd : -1, l->api->control_group, peer);
	else
		auth_remote(info ? info->client_addr : NULL, peer);
}

/* Paths are split before they are decoded: "%2F" is no slash. See request_decode(). */
static size_t
keep_encoded(void *arg, struct MHD_Connection *c, char *text)
{
	(void)arg;
	(void)c;
	return strlen(text);
}

/* ---- the loop ---- */

static void
listener_run(evutil_socket_t fd, short what, void *arg)
{
	struct listener *l = arg;
	MHD_UNSIGNED_LONG_LONG wait_ms = 0;
	struct timeval tv;

	(void)fd;
	(void)what;
	(void)MHD_run(l->http);
	if (MHD_get_timeout(l->http, &wait_ms) != MHD_YES) {
		(void)evtimer_del(l->timer);
		return;
	}
	tv.tv_sec = (time_t)(wait_ms / 1000);
	tv.tv_usec = (suseconds_t)(wait_ms % 1000 * 1000);
	(void)evtimer_add(l->timer, &tv);
}

void
listener_wake(struct listener *l)
{
	if (l->timer)
		event_active(l->timer, EV_TIMEOUT, 0);
}

static struct MHD_Daemon *
start_http(struct listener *l, int fd)
{
	return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
	    on_request, l, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)API_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)API_IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)(4 * API_HEADER_MAX), MHD_OPTION_NOTIFY_COMPLETED, on_completed, l,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, l,
	    MHD_OPTION_UNESCAPE_CALLBACK, keep_encoded, NULL,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

/* Takes fd over. */
static int
listener_start(struct api *a, struct listener *l, int fd, struct ud_error *err)
{
	const union MHD_DaemonInfo *info;

	l->http = start_http(l, fd);
	if (!l->http) {
		close(fd);
		return ud_fail(err, UD_ESYSTEM, "libmicrohttpd does not start");
	}
	info = MHD_get_daemon_info(l->http, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return ud_fail(err, UD_ESYSTEM,
		    "libmicrohttpd has no epoll descriptor");
	l->timer = evtimer_new(a->base, listener_run, l);
	l->readable =
	    event_new(a->base, info->epoll_fd, EV_READ | EV_PERSIST, listener_run, l);
	if (!l->timer || !l->readable || event_add(l->readable, NULL) != 0)
		return ud_fail(err, UD_ESYSTEM, "libevent does not watch the API");
	return 0;
}

static void
listener_stop(struct listener *l)
{
	if (l->http)
		MHD_stop_daemon(l->http);
	if (l->readable)
		event_free(l->readable);
	if (l->timer)
		event_free(l->timer);
	l->http = NULL;
	l->readable = l->timer = NULL;
}

/* ---- life ---- */

struct api *
api_new(const struct api_parts *parts)
{
	struct api *a = mem_alloc(sizeof(*a));

	a->base = parts->base;
	a->conductor = parts->conductor;
	a->config = parts->config;
	a->engines = parts->engines;
	a->token = parts->token;
	a->control_group = AUTH_NO_GROUP;
	a->beat_ms = API_BEAT_MS;
	a->local = (struct listener){ .api = a, .is_local = true };
	a->remote = (struct listener){ .api = a };
	TAILQ_INIT(&a->requests);
	TAILQ_INIT(&a->streams);
	measures_init(&a->measures);
	events_begin(a);
	return a;
}

static gid_t
find_group(const char *name)
{
	struct group entry, *found = NULL;
	char *text = mem_alloc(65536);
	gid_t gid = AUTH_NO_GROUP;

	if (getgrnam_r(name, &entry, text, 65536, &found) == 0 && found)
		gid = entry.gr_gid;
	else
		log_event(LOG_WARNING, "api.group", KV_STR("group", name),
		    KV_STR("text",
			"no such group: only root and the daemon's own user may "
			"use the control socket"));
	free(text);
	return gid;
}

static int
listen_local(struct api *a, struct ud_error *err)
{
	const char *path = a->config->control_socket, *group = a->config->control_group;
	int fd;

	if (group && *group)
		a->control_group = find_group(group);
	fd = socket_bind_local(path, a->control_group, &a->socket_inode, err);
	if (fd < 0)
		return -1;
	a->socket_path = mem_strdup(path);
	return listener_start(a, &a->local, fd, err);
}

static int
listen_remote(struct api *a, struct ud_error *err)
{
	const char *where = a->config->http_listen;
	int fd;

	if (!where || !*where)
		return 0;
	fd = socket_bind_remote(where, &a->port, err);
	if (fd < 0)
		return -1;
	log_event(LOG_INFO, "api.listen", KV_STR("address", where),
	    KV_INT("port", a->port),
	    KV_STR("right", a->token ? "read, control with the token" : "read"));
	return listener_start(a, &a->remote, fd, err);
}

int
api_listen(struct api *a, struct ud_error *err)
{
	if (listen_local(a, err) != 0 || listen_remote(a, err) != 0)
		return -1;
	return 0;
}

int
api_port(const struct api *a)
{
	return a->port;
}

/* What waits is told; what has not been read yet is let go. */
static void
refuse_waiting(struct api *a)
{
	struct request *rq;

	TAILQ_FOREACH(rq, &a->requests, entry)
		if (rq->suspended)
			reply_closing(rq);
	events_end(a);
}

static void
run_http(struct api *a)
{
	if (a->local.http)
		(void)MHD_run(a->local.http);
	if (a->remote.http)
		(void)MHD_run(a->remote.http);
}

static bool
is_answering(const struct api *a)
{
	const struct request *rq;

	TAILQ_FOREACH(rq, &a->requests, entry)
		if (rq->status != 0)
			return true;
	return false;
}

void
api_free(struct api *a)
{
	int64_t until_ms = clock_mono_ms() + CLOSING_MS;

	if (!a)
		return;
	a->closing = true;
	if (a->socket_path)
		socket_remove(a->socket_path, a->socket_inode);
	refuse_waiting(a);
	run_http(a);
	while (is_answering(a) && clock_mono_ms() < until_ms) {
		refuse_waiting(a); /* requests that came in just now */
		(void)usleep(1000);
		run_http(a);
	}
	refuse_waiting(a);
	listener_stop(&a->local);
	listener_stop(&a->remote);
	events_done(a);
	measures_done(&a->measures);
	free(a->socket_path);
	free(a);
}
