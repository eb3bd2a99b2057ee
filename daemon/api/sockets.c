#include "config.h"

#include "daemon/api/server.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/str.h"

#define BACKLOG 128

static int
path_address(const char *path, struct sockaddr_un *ret, struct ud_error *err)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (str_copy(ret->sun_path, sizeof(ret->sun_path), path))
		return 0;
	(void)ud_fail(err, UD_ECONFIG, "control socket %s: at most %zu bytes", path,
	    sizeof(ret->sun_path) - 1);
	return ud_remedy(err, "name a shorter path in `socket` of the section `control`");
}

/* Is there somebody behind the file? A connection of ours tells without a word. */
static bool
is_answered(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool answered;

	if (fd < 0)
		return true;
	answered = connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 ||
	    errno == EAGAIN; /* its queue is full: somebody is there */
	close(fd);
	return answered;
}

static int
remove_stale(const char *path, const struct sockaddr_un *at, struct ud_error *err)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return 0;
	if (!S_ISSOCK(st.st_mode)) {
		(void)ud_fail(err, UD_ECONFIG,
		    "control socket %s: there is a file of another "
		    "kind",
		    path);
		return ud_remedy(err, "name another path, or move the file away");
	}
	if (is_answered(at)) {
		(void)ud_fail(err, UD_ELOCKED,
		    "control socket %s: somebody answers there", path);
		return ud_remedy(err, "stop the other daemon, or name another path");
	}
	if (unlink(path) != 0) {
		(void)ud_fail(err, UD_ESYSTEM, "control socket %s: %s", path,
		    strerror(errno));
		return ud_remedy(err, "nobody answers there any more: remove it");
	}
	return 0;
}

/* Nobody can connect before listen(): owner and mode are right from the first moment. */
static int
bind_path(int fd, const char *path, const struct sockaddr_un *at, gid_t group,
    struct ud_error *err)
{
	mode_t before = umask(0177);
	int rc = bind(fd, (const struct sockaddr *)at, sizeof(*at));

	umask(before);
	if (rc != 0) {
		(void)ud_fail(err, UD_ESYSTEM, "control socket %s: %s", path,
		    strerror(errno));
		return ud_remedy(err,
		    "the folder must exist and belong to the daemon's user");
	}
	if (group != AUTH_NO_GROUP &&
	    (lchown(path, (uid_t)-1, group) != 0 || chmod(path, 0660) != 0)) {
		(void)ud_fail(err, UD_ESYSTEM, "control socket %s: group %ld: %s", path,
		    (long)group, strerror(errno));
		return ud_remedy(err,
		    "the daemon's user must be a member of the group");
	}
	if (listen(fd, BACKLOG) != 0)
		return ud_fail(err, UD_ESYSTEM, "control socket %s: %s", path,
		    strerror(errno));
	return 0;
}

int
socket_bind_local(const char *path, gid_t group, uint64_t *ret_inode,
    struct ud_error *err)
{
	struct sockaddr_un at;
	struct stat st;
	int fd;

	if (path_address(path, &at, err) != 0 || remove_stale(path, &at, err) != 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return ud_fail(err, UD_ESYSTEM, "socket: %s", strerror(errno));
	if (bind_path(fd, path, &at, group, err) != 0) {
		close(fd);
		return -1;
	}
	*ret_inode = stat(path, &st) == 0 ? st.st_ino : 0;
	return fd;
}

void
socket_remove(const char *path, uint64_t inode)
{
	struct stat st;

	if (stat(path, &st) == 0 && st.st_ino == inode)
		(void)unlink(path);
}

/* ---- the address ---- */

static int
split_address(const char *text, char *host, size_t size, char *port, size_t port_size,
    struct ud_error *err)
{
	const char *colon = strrchr(text, ':'), *start = text;
	size_t len = colon ? (size_t)(colon - text) : 0;
	int64_t number;

	if (len >= 2 && start[0] == '[' && start[len - 1] == ']') {
		start++;
		len -= 2;
	}
	if (!colon || len == 0 || len >= size ||
	    !str_to_int(colon + 1, 0, 65535, &number))
		return ud_fail(err, UD_ECONFIG,
		    "http listen \"%s\": accepted: host:port, "
		    "such as 127.0.0.1:8470",
		    text);
	memcpy(host, start, len);
	host[len] = '\0';
	(void)str_copy(port, port_size, colon + 1);
	return 0;
}

static int
bind_one(const struct addrinfo *ai)
{
	const int one = 1;
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int saved;

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static int
bound_port(int fd)
{
	struct sockaddr_storage at = { 0 };
	socklen_t size = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &size) != 0)
		return 0;
	if (at.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
	return ntohs(((struct sockaddr_in *)&at)->sin_port);
}

static int
bad_address(const char *listen, const char *why, struct ud_error *err, enum ud_code code)
{
	(void)ud_fail(err, code, "http listen \"%s\": %s", listen, why);
	return ud_remedy(err,
	    "name an address of this host and a free port in `listen` of the section "
	    "`http`; \"\" turns it off");
}

int
socket_bind_remote(const char *listen, int *ret_port, struct ud_error *err)
{
	const struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	char host[256], port[8];
	int rc, fd = -1;

	if (split_address(listen, host, sizeof(host), port, sizeof(port), err) != 0)
		return -1;
	rc = getaddrinfo(host, port, &hints, &list);
	if (rc != 0)
		return bad_address(listen, gai_strerror(rc), err, UD_ECONFIG);
	for (const struct addrinfo *ai = list; ai && fd < 0; ai = ai->ai_next)
		fd = bind_one(ai);
	if (fd < 0) {
		(void)bad_address(listen, strerror(errno), err, UD_ESYSTEM);
	} else {
		*ret_port = bound_port(fd);
	}
	freeaddrinfo(list);
	return fd;
}
