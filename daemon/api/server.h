/* The two listeners and what all routes share: inside of daemon/api only. */
#ifndef UD_API_SERVER_H
#define UD_API_SERVER_H

#include "daemon/api/api.h"
#include "daemon/api/events.h"
#include "daemon/api/measure.h"
#include "daemon/api/request.h"

#define API_CONNECTIONS   256 /* of each listener: readers cannot lock out control */
#define API_STREAMS       64  /* of each listener */
#define API_IDLE_S        30
#define API_BEAT_MS       15000
#define API_PENDING_LOOKS 16 /* checks and plans under way: each asks all members */

struct MHD_Daemon;
struct event;

struct listener {
	struct api *api;
	struct MHD_Daemon *http; /* NULL: off */
	bool is_local;
	struct event *readable; /* libmicrohttpd's epoll descriptor */
	struct event *timer;    /* what libmicrohttpd asked for, or at once */
	int streams;
};

struct api {
	struct event_base *base;
	struct conductor *conductor;
	const struct config *config;
	const struct engine *const *engines;
	const struct secret *token;
	struct listener local, remote;
	gid_t control_group;
	char *socket_path; /* ours to remove; NULL: not bound */
	uint64_t socket_inode;
	int port;
	struct request_list requests;
	struct stream_list streams;
	struct event *news; /* events were committed; once a round of the loop */
	struct measures measures;
	int64_t last_event; /* newest one that was looked at for metrics and streams */
	int pending_looks;
	int64_t beat_ms; /* most silence on an event stream; tests want less */
	bool closing;
};

/* Lets libmicrohttpd run soon: after a connection was resumed. */
void listener_wake(struct listener *l);

void api_count_reply(struct api *a, unsigned status);

/* ---- sockets.c: bound and listening, -1 on failure ---- */

int socket_bind_local(const char *path, gid_t group, uint64_t *ret_inode,
    struct ud_error *err) UD_CHECKED;
/* "host:port", "[address]:port"; a host name is looked up, at start only. */
int socket_bind_remote(const char *listen, int *ret_port, struct ud_error *err)
    UD_CHECKED;
/* Removes the file when it still is the one with this inode. */
void socket_remove(const char *path, uint64_t inode);

#endif
