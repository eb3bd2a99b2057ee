#include "config.h"

#include "daemon/runner/mux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/str.h"

#define PROTOCOL   4
#define OUR_NUMBER 1 /* of the one request on a connection */
#define LONGEST    65536
#define NO_ESCAPE  0xffffffffu

enum {
	HELLO = 0x00000001,
	NEW_SESSION = 0x10000002,
	PERMISSION_DENIED = 0x80000002,
	FAILURE = 0x80000003,
	EXIT_MESSAGE = 0x80000004,
	SESSION_OPENED = 0x80000006,
};

int
mux_connect(const char *path, int *ret_fd, struct ud_error *err)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd;

	if (!str_copy(to.sun_path, sizeof(to.sun_path), path))
		return ud_fail(err, UD_EUNREACHABLE, "%s: too long a path", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return ud_fail(err, UD_ESYSTEM, "socket: %s", strerror(errno));
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		ud_fail(err, UD_EUNREACHABLE, "%s: %s", path, strerror(errno));
		close(fd);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}

static void
add_number(struct buf *b, uint32_t n)
{
	n = htonl(n);
	buf_add(b, &n, sizeof(n));
}

static void
add_text(struct buf *b, const char *text)
{
	add_number(b, (uint32_t)strlen(text));
	buf_adds(b, text);
}

/* Each message stands behind its length. */
static void
add_message(struct buf *b, const struct buf *message)
{
	add_number(b, (uint32_t)message->len);
	buf_add(b, message->data, message->len);
}

static void
add_hello(struct buf *b)
{
	struct buf m = { 0 };

	add_number(&m, HELLO);
	add_number(&m, PROTOCOL);
	add_message(b, &m);
	buf_done(&m);
}

static void
add_session(struct buf *b, const char *command, bool terminal)
{
	struct buf m = { 0 };

	add_number(&m, NEW_SESSION);
	add_number(&m, OUR_NUMBER);
	add_text(&m, ""); /* reserved */
	add_number(&m, terminal);
	add_number(&m, false); /* X11 */
	add_number(&m, false); /* agent */
	add_number(&m, false); /* subsystem */
	add_number(&m, NO_ESCAPE);
	add_text(&m, terminal ? "dumb" : "");
	add_text(&m, command);
	add_message(b, &m);
	buf_done(&m);
}

/* A descriptor travels with one byte of its own. */
static bool
send_stream(int fd, int stream)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	char byte = 0;
	struct iovec part = { &byte, 1 };
	struct msghdr m = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&m);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &stream, sizeof(int));
	return sendmsg(fd, &m, MSG_NOSIGNAL) == 1;
}

int
mux_request(int fd, const char *command, bool terminal, const int streams[3],
    struct ud_error *err)
{
	struct buf b = { 0 };
	bool sent;

	add_hello(&b);
	add_session(&b, command, terminal);
	sent = send(fd, b.data, b.len, MSG_NOSIGNAL) == (ssize_t)b.len;
	buf_done(&b);
	for (int i = 0; sent && i < 3; i++)
		sent = send_stream(fd, streams[i]);
	if (!sent)
		return ud_fail(err, UD_EUNREACHABLE, "control socket: %s",
		    strerror(errno));
	return 0;
}

/* ---- what it answers ---- */

struct reader {
	const char *at;
	size_t left;
	bool short_of;
};

static uint32_t
take_number(struct reader *r)
{
	uint32_t n;

	if (r->left < sizeof(n)) {
		r->short_of = true;
		return 0;
	}
	memcpy(&n, r->at, sizeof(n));
	r->at += sizeof(n);
	r->left -= sizeof(n);
	return ntohl(n);
}

static void
take_text(struct reader *r, char *text, size_t size)
{
	uint32_t len = take_number(r);

	if (len > r->left) {
		r->short_of = true;
		return;
	}
	str_printf(text, size, "%.*s", (int)len, r->at);
}

/* MUX_NOTHING for what does not concern us: the greeting, news of forwardings. */
static void
read_message(struct reader *r, struct mux_message *ret)
{
	switch (take_number(r)) {
	case HELLO:
		if (take_number(r) != PROTOCOL)
			ret->event = MUX_BROKEN;
		break;
	case PERMISSION_DENIED:
	case FAILURE:
		take_number(r);
		take_text(r, ret->text, sizeof(ret->text));
		ret->event = MUX_REFUSED;
		break;
	case SESSION_OPENED:
		ret->event = MUX_OPENED;
		break;
	case EXIT_MESSAGE:
		take_number(r);
		ret->status = (int)take_number(r);
		ret->event = MUX_EXITED;
		break;
	default:
		break;
	}
	if (r->short_of)
		ret->event = MUX_BROKEN;
}

static void
drop(struct buf *in, size_t len)
{
	struct buf rest = { 0 };

	buf_add(&rest, in->data + len, in->len - len);
	buf_done(in);
	*in = rest;
}

void
mux_next(struct buf *in, struct mux_message *ret)
{
	uint32_t len;

	*ret = (struct mux_message){ .event = MUX_NOTHING };
	while (ret->event == MUX_NOTHING && in->len >= sizeof(len)) {
		struct reader r = { .at = in->data, .left = in->len };

		len = take_number(&r);
		if (len > LONGEST) {
			ret->event = MUX_BROKEN;
			return;
		}
		if (len > r.left)
			return;
		r.left = len;
		read_message(&r, ret);
		drop(in, sizeof(len) + len);
	}
}
