#include "config.h"

#include "daemon/runner/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/runner/far.h"
#include "daemon/runner/parts.h"
#include "daemon/runner/spawn.h"

static struct user *
user_new(const struct passwd *pw)
{
	struct user *u = mem_alloc(sizeof(*u));

	u->name = mem_strdup(pw->pw_name);
	u->home = mem_strdup(pw->pw_dir);
	u->uid = pw->pw_uid;
	u->gid = pw->pw_gid;
	u->group_count = 32;
	u->groups = mem_array(NULL, (size_t)u->group_count, sizeof(gid_t));
	while (getgrouplist(u->name, u->gid, u->groups, &u->group_count) < 0)
		u->groups = mem_array(u->groups, (size_t)u->group_count, sizeof(gid_t));
	return u;
}

int
user_find(struct user_list *list, const struct host *host, const struct user **ret,
    struct ud_error *err)
{
	const struct passwd *pw;
	struct user *u;

	*ret = NULL;
	if (host == NULL || host->run_as == NULL || host->transport != TRANSPORT_LOCAL)
		return 0;
	LIST_FOREACH(u, list, entry)
		if (str_equal(u->name, host->run_as)) {
			*ret = u;
			return 0;
		}
	pw = getpwnam(host->run_as);
	if (pw == NULL) {
		ud_fail(err, UD_ECONFIG, "run_as %s: no such user", host->run_as);
		return ud_remedy(err, "name a user of this host, or leave run_as out");
	}
	if (geteuid() != 0 && pw->pw_uid != geteuid()) {
		ud_fail(err, UD_ECONFIG, "run_as %s: only root can become another user",
		    host->run_as);
		return ud_remedy(err,
		    "let the daemon run as that user, or as root (User= of its unit)");
	}
	u = user_new(pw);
	u->ourselves = u->uid == geteuid();
	LIST_INSERT_HEAD(list, u, entry);
	*ret = u->ourselves ? NULL : u;
	return 0;
}

void
users_done(struct user_list *list)
{
	struct user *u;

	while ((u = LIST_FIRST(list)) != NULL) {
		LIST_REMOVE(u, entry);
		free(u->name);
		free(u->home);
		free(u->groups);
		free(u);
	}
}

/* NAME=value, in the place of one that is there. */
static void
env_put(struct str_list *env, const char *setting)
{
	size_t name = strcspn(setting, "=") + 1;

	for (size_t i = 0; i < env->count; i++)
		if (strncmp(env->items[i], setting, name) == 0) {
			free(env->items[i]);
			env->items[i] = mem_strdup(setting);
			return;
		}
	str_list_add(env, setting);
}

/* Nothing of the daemon's own environment but what every program needs; tools speak the
 * language that we read. */
static void
env_make(struct str_list *env, const struct user *u, char *const *added)
{
	const char *path = getenv("PATH"), *home = getenv("HOME"), *zone = getenv("TZ");

	str_list_addf(env, "PATH=%s",
	    path != NULL ? path : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin");
	str_list_addf(env, "HOME=%s", u != NULL ? u->home : home != NULL ? home : "/");
	str_list_add(env, "LANG=C");
	str_list_add(env, "LC_ALL=C");
	if (zone != NULL)
		str_list_addf(env, "TZ=%s", zone);
	for (; added != NULL && *added != NULL; added++)
		env_put(env, *added);
}

static struct child *
launch_here(struct runner *r, const struct launch *l, child_ended_fn *ended, void *arg,
    struct ud_error *err)
{
	struct spawn s = { .launch = l };
	struct str_list env = { 0 };
	pid_t pid;
	int rc;

	if (user_find(&r->users, l->host, &s.user, err) != 0)
		return NULL;
	s.null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (s.null < 0) {
		ud_fail(err, UD_ESYSTEM, "/dev/null: %s", strerror(errno));
		return NULL;
	}
	env_make(&env, s.user, l->env);
	s.env = env.items;
	rc = spawn(&s, &pid, err);
	str_list_done(&env);
	close(s.null);
	return rc == 0 ? child_add(&r->children, pid, ended, arg) : NULL;
}

struct child *
launch(struct runner *r, const struct launch *l, child_ended_fn *ended, void *arg,
    struct ud_error *err)
{
	if (l->argv == NULL || l->argv[0] == NULL) {
		ud_fail(err, UD_ESYSTEM, "nothing to run");
		return NULL;
	}
	switch (l->host != NULL ? l->host->transport : TRANSPORT_LOCAL) {
	case TRANSPORT_SSH:
		return channel_open(far_find(r, l->host), l, ended, arg);
	case TRANSPORT_LOCAL:
		break;
	}
	return launch_here(r, l, ended, arg, err);
}
