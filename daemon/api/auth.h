/*
 * Who may do what (promise P10).
 *
 * On the control socket the kernel says who connected, once for a connection. Control is
 * for root, the daemon's own user and members of the control group: the peer's group and
 * its supplementary groups as the kernel knew them when it connected (SO_PEERGROUPS), so no
 * user database is asked, which could block, and no reused process id can be mistaken.
 * Everybody else may not even read. On the address everybody may read; control takes the
 * token, compared in constant time. A wrong token is refused, also for reading: whoever
 * sends one believes to have more rights than that.
 */
#ifndef UD_API_AUTH_H
#define UD_API_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "common/error.h"

struct secret;
struct sockaddr;

enum right { RIGHT_NONE, RIGHT_READ, RIGHT_CONTROL };

/* One connection. */
struct peer {
	bool is_local; /* came over the control socket */
	uid_t uid;     /* local only */
	enum right right;
	char address[64]; /* of others: without port */
};

#define AUTH_NO_GROUP ((gid_t)-1)

/* Fills *ret from a connected unix socket; anything the kernel does not tell is no right. */
void auth_local(int fd, gid_t control_group, struct peer *ret);
void auth_remote(const struct sockaddr *address, struct peer *ret);

/* The right of one request. header: value of Authorization or NULL; token: NULL none.
 * UD_EAUTH: no right at all, or a wrong token. */
int auth_request(const struct peer *p, const char *header, const struct secret *token,
    enum right *ret, struct ud_error *err) UD_CHECKED;

/* "uid 0 (root)", "token (10.0.0.5)": for the record. Only /etc/passwd is read for the
 * name, because it cannot block; users of a directory are a number. */
void auth_who(const struct peer *p, char *buf, size_t size);

#endif
