#include "config.h"

#include "client/http_error.h"

#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/str.h"

#define GROUP_TEXT 64

/* The folder of the socket, for when the socket itself cannot be seen. */
static void
folder_of(const char *path, char *folder, size_t size)
{
	char *slash;

	(void)str_copy(folder, size, path);
	slash = strrchr(folder, '/');
	if (slash == NULL || slash == folder)
		(void)str_copy(folder, size, slash == NULL ? "." : "/");
	else
		*slash = '\0';
}

static bool
group_of(const char *path, char *group)
{
	char folder[512], text[1024];
	struct group entry, *found = NULL;
	struct stat st;

	folder_of(path, folder, sizeof(folder));
	if (stat(path, &st) != 0 && stat(folder, &st) != 0)
		return false;
	if (getgrgid_r(st.st_gid, &entry, text, sizeof(text), &found) != 0 ||
	    found == NULL)
		str_printf(group, GROUP_TEXT, "%u", (unsigned int)st.st_gid);
	else
		(void)str_copy(group, GROUP_TEXT, found->gr_name);
	return true;
}

static int
fail_denied(const char *socket, int sys_errno, struct ud_error *err)
{
	char group[GROUP_TEXT];
	bool known = group_of(socket, group);

	(void)ud_fail(err, UD_EAUTH, "the socket %s may not be opened: %s", socket,
	    strerror(sys_errno));
	if (!known)
		return ud_remedy(err,
		    "ask as a member of the group that control.group in "
		    "upgraded.conf names (\"upgraded\" by default)");
	return ud_remedy(err,
	    "ask as a member of group \"%s\": usermod -aG %s USER, then log in again",
	    group, group);
}

int
http_fail(const struct http_endpoint *at, int sys_errno, const char *said, int broke,
    struct ud_error *err)
{
	const char *where = at->url != NULL ? at->url : at->socket;
	const char *why = sys_errno != 0 ? strerror(sys_errno) : said;

	if (at->url == NULL && (sys_errno == EACCES || sys_errno == EPERM))
		return fail_denied(at->socket, sys_errno, err);
	if (broke) {
		(void)ud_fail(err, UD_EUNREACHABLE,
		    "the daemon at %s was lost before it had answered: %s", where,
		    said);
		return ud_remedy(err,
		    "whether it was done is in `upgradectl status`; `systemctl status "
		    "upgraded` says whether the daemon runs");
	}
	(void)ud_fail(err, UD_EUNREACHABLE, "the daemon cannot be reached at %s: %s",
	    where, why);
	return ud_remedy(err,
	    "`systemctl status upgraded` says whether it runs; it may listen "
	    "elsewhere: --socket PATH, --url URL");
}
