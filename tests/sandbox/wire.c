#include "tests/sandbox/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/world.h"

void
wire_init(struct wire *w, int fd)
{
	memset(w, 0, sizeof(*w));
	w->fd = fd;
}

void
wire_close(struct wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	free(w->in);
	wire_init(w, -1);
}

int
wire_send(struct wire *w, json_t *message)
{
	char *text = json_dumps(message, JSON_COMPACT);
	size_t n, done = 0;
	ssize_t k;

	json_decref(message);
	if (text == NULL || w->fd < 0)
		goto bad;
	n = strlen(text);
	text[n++] = '\n'; /* in the place of the NUL */
	while (done < n) {
		k = send(w->fd, text + done, n - done, MSG_NOSIGNAL);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			goto bad;
		done += (size_t)k;
	}
	free(text);
	return 0;
bad:
	free(text);
	return -1;
}

json_t *
wire_next(struct wire *w)
{
	char *end = w->have > 0 ? memchr(w->in, '\n', w->have) : NULL;
	json_t *message;
	size_t n;

	if (end == NULL)
		return NULL;
	n = (size_t)(end - w->in);
	message = json_loadb(w->in, n, JSON_ALLOW_NUL, NULL);
	w->have -= n + 1;
	memmove(w->in, end + 1, w->have);
	return message != NULL ? message : json_object();
}

int
wire_fill(struct wire *w)
{
	ssize_t k;

	if (w->fd < 0)
		return -1;
	if (w->room - w->have < 65536) {
		w->room = w->room * 2 + 65536;
		w->in = need_grow(w->in, w->room);
	}
	k = recv(w->fd, w->in + w->have, w->room - w->have, MSG_DONTWAIT);
	if (k > 0) {
		w->have += (size_t)k;
		return 0;
	}
	if (k < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	w->ended = true;
	return -1;
}

json_t *
wire_await(struct wire *w, int64_t timeout_ms)
{
	int64_t until = moment_ms() + timeout_ms, left = -1;
	struct pollfd p = { .fd = w->fd, .events = POLLIN };
	json_t *message;

	while ((message = wire_next(w)) == NULL) {
		if (timeout_ms >= 0) {
			left = until - moment_ms();
			if (left <= 0)
				return NULL;
		}
		if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
			return NULL;
		if (p.revents != 0 && wire_fill(w) != 0 &&
		    (message = wire_next(w)) == NULL)
			return NULL;
		if (message != NULL)
			return message;
	}
	return message;
}

/* A path through /proc keeps the name short, however deep the sandbox lies. */
static int
unix_address(const struct world *w, struct sockaddr_un *a)
{
	char *dir = need_format("%s/info", w->home);
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	free(dir);
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	snprintf(a->sun_path, sizeof(a->sun_path), "/proc/self/fd/%d/timestend.sock",
	    fd);
	return fd;
}

int
wire_daemon(const struct world *w)
{
	struct sockaddr_un a;
	int dir = unix_address(w, &a), fd;

	if (dir < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		close(fd);
		fd = -1;
	}
	close(dir);
	return fd;
}

int
wire_listen_daemon(const struct world *w)
{
	struct sockaddr_un a;
	int dir = unix_address(w, &a), fd;

	if (dir < 0)
		return -1;
	(void)unlink(a.sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, 128) != 0)) {
		close(fd);
		fd = -1;
	}
	close(dir);
	return fd;
}

static int
tcp_address(const struct world *w, const char *host, int port, struct sockaddr_in *a)
{
	const char *address = world_address(w, host);

	memset(a, 0, sizeof(*a));
	a->sin_family = AF_INET;
	a->sin_port = htons((uint16_t)port);
	return address != NULL && inet_pton(AF_INET, address, &a->sin_addr) == 1 ? 0
										 : -1;
}

int
wire_listen(const struct world *w, const char *host, int *port)
{
	struct sockaddr_in a;
	socklen_t size = sizeof(a);
	int fd, on = 1;

	if (tcp_address(w, host, *port, &a) != 0)
		return -1;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &size) != 0) {
		close(fd);
		return -1;
	}
	*port = ntohs(a.sin_port);
	return fd;
}

int
wire_connect(const struct world *w, const char *from, const char *to, int port)
{
	struct sockaddr_in a;
	int fd, on = 1;

	if (port <= 0 || !world_reaches(w, from, to) ||
	    tcp_address(w, to, port, &a) != 0)
		return -1;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		close(fd);
		return -1;
	}
	if (fd >= 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

json_t *
wire_ask(const struct world *w, json_t *request)
{
	struct wire wire;
	json_t *answer = NULL;

	wire_init(&wire, wire_daemon(w));
	if (wire.fd < 0) {
		json_decref(request);
		return NULL;
	}
	if (wire_send(&wire, request) == 0)
		answer = wire_await(&wire, 60000);
	wire_close(&wire);
	return answer;
}
