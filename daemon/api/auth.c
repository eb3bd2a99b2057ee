#include "config.h"

#include "daemon/api/auth.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/secret.h"
#include "common/str.h"

#define GROUPS_MAX 1024

/* Supplementary groups of whoever connected. */
static bool
is_in_group(int fd, gid_t group)
{
	gid_t groups[GROUPS_MAX];
	socklen_t size = sizeof(groups);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) != 0)
		return false;
	for (size_t i = 0; i < size / sizeof(groups[0]); i++)
		if (groups[i] == group)
			return true;
	return false;
}

void
auth_local(int fd, gid_t control_group, struct peer *ret)
{
	struct ucred who;
	socklen_t size = sizeof(who);

	*ret = (struct peer){ .is_local = true, .uid = (uid_t)-1 };
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
		return;
	ret->uid = who.uid;
	if (who.uid == 0 || who.uid == geteuid())
		ret->right = RIGHT_CONTROL;
	else if (control_group != AUTH_NO_GROUP &&
	    (who.gid == control_group || is_in_group(fd, control_group)))
		ret->right = RIGHT_CONTROL;
}

void
auth_remote(const struct sockaddr *address, struct peer *ret)
{
	const void *where = NULL;

	*ret = (struct peer){ .right = RIGHT_READ, .uid = (uid_t)-1 };
	if (address && address->sa_family == AF_INET)
		where = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
	else if (address && address->sa_family == AF_INET6)
		where =
		    &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
	if (where)
		(void)inet_ntop(address->sa_family, where, ret->address,
		    sizeof(ret->address));
}

/* The time depends on what was presented, not on how much of it is right. */
static bool
is_token(const char *presented, const struct secret *token)
{
	const char *real = secret_reveal(token);
	size_t len = strlen(presented), real_len = strlen(real);
	volatile size_t differ = len ^ real_len;

	for (size_t i = 0; i < len; i++)
		differ |= (size_t)(unsigned char)(presented[i] ^
		    real[real_len > 0 ? i % real_len : 0]);
	return differ == 0 && real_len > 0;
}

static int
refuse_stranger(const struct peer *p, struct ud_error *err)
{
	(void)ud_fail(err, UD_EAUTH, "uid %ld may not use the control socket",
	    (long)p->uid);
	return ud_remedy(err,
	    "ask as root or as a member of the control group "
	    "(`group` of the section `control` in upgraded.conf); a new "
	    "membership counts from the next login");
}

static int
refuse_token(bool expected, struct ud_error *err)
{
	if (!expected) {
		(void)ud_fail(err, UD_EAUTH,
		    "a token was sent, but this daemon accepts none");
		return ud_remedy(err,
		    "set `token_file` of the section `http` in upgraded.conf, or send none");
	}
	(void)ud_fail(err, UD_EAUTH, "the token is not accepted");
	return ud_remedy(err,
	    "send `Authorization: Bearer` with the first line of the "
	    "daemon's token_file, or nothing to read only");
}

int
auth_request(const struct peer *p, const char *header, const struct secret *token,
    enum right *ret, struct ud_error *err)
{
	if (p->is_local) {
		if (p->right == RIGHT_NONE)
			return refuse_stranger(p, err);
		*ret = p->right;
		return 0;
	}
	if (!header) {
		*ret = p->right;
		return 0;
	}
	if (!token)
		return refuse_token(false, err);
	if (!str_starts_nocase(header, "Bearer "))
		return refuse_token(true, err);
	header += strlen("Bearer ");
	header += strspn(header, " ");
	if (!is_token(header, token))
		return refuse_token(true, err);
	*ret = RIGHT_CONTROL;
	return 0;
}

static bool
find_name(uid_t uid, char *buf, size_t size)
{
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd entry, *found = NULL;
	char text[1024];
	bool is_found = false;

	if (!file)
		return false;
	while (!is_found && fgetpwent_r(file, &entry, text, sizeof(text), &found) == 0)
		is_found = entry.pw_uid == uid;
	if (is_found)
		(void)str_copy(buf, size, entry.pw_name);
	fclose(file);
	return is_found;
}

void
auth_who(const struct peer *p, char *buf, size_t size)
{
	char name[40];

	if (!p->is_local)
		str_printf(buf, size, "token (%s)", p->address);
	else if (find_name(p->uid, name, sizeof(name)))
		str_printf(buf, size, "uid %ld (%s)", (long)p->uid, name);
	else
		str_printf(buf, size, "uid %ld", (long)p->uid);
}
