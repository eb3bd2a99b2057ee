/* The daemon's side of the replication agents: starting, stopping, restarting them. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/store.h"
#include "tests/sandbox/timestend.h"

const char *
agent_state_name(enum agent_state state)
{
	switch (state) {
	case AGENT_STOPPED:
		return "stopped";
	case AGENT_STARTING:
		return "starting";
	case AGENT_RUNNING:
		return "running";
	case AGENT_STOPPING:
		return "stopping";
	}
	return "";
}

static void
run_agent(struct daemon *d, struct entry *e, const char *name)
{
	char *program = need_format("%s/bin/%s", d->w->home, name);
	int null = open("/dev/null", O_RDWR);

	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	execl(program, program, e->path, (char *)NULL);
	_exit(127);
}

int
agent_spawn(struct daemon *d, struct entry *e)
{
	pid_t pid = fork();

	if (pid == 0)
		run_agent(d, e, "timestenrepd");
	if (pid < 0)
		return -1;
	e->agent_pid = pid;
	e->agent = AGENT_STARTING;
	e->agent_again_ms = 0;
	record_event(d->w, e->name, "agent_starting", "{s:i}", "agent_pid", (int)pid);
	return 0;
}

/* It has no connection of its own: it lives no longer than the daemon lets it. */
void
cache_agent_run(struct daemon *d, struct entry *e)
{
	e->cache_running = true;
	e->cache_pid = fork();
	if (e->cache_pid == 0)
		run_agent(d, e, "timestencached");
}

void
cache_agent_end(struct entry *e)
{
	e->cache_running = false;
	if (e->cache_pid <= 0)
		return;
	(void)kill(e->cache_pid, SIGKILL);
	(void)waitpid(e->cache_pid, NULL, 0);
	e->cache_pid = 0;
}

/* R6.1: a scheme in this store must name this host and store. */
static int
check_scheme(struct daemon *d, struct entry *e, struct sim_error *err)
{
	struct store s;
	int64_t known;

	if (!store_has_files(e->path))
		return refuse(err, 833, "Data store %s does not exist", e->path);
	if (store_open(&s, d->w, e->path, err) != 0)
		return -1;
	known = store_int(s.self,
	    "SELECT count(*) FROM store WHERE name=%Q COLLATE NOCASE AND host=%Q COLLATE NOCASE",
	    e->name, d->w->host);
	store_close(&s);
	if (known == 0)
		return refuse(err, 8191,
		    "This store (%s on %s) is not involved in a replication scheme",
		    e->name, d->w->host);
	return 0;
}

int
agent_start(struct daemon *d, struct entry *e, struct sim_error *err)
{
	if (strcmp(e->rep_policy, "always") == 0)
		return refuse(err, 10012, NULL);
	if (e->agent != AGENT_STOPPED)
		return refuse(err, 12026, NULL);
	if (check_scheme(d, e, err) != 0)
		return -1;
	if (!e->loaded && ram_by_hand(e->ram_policy))
		return refuse(err, 707, NULL);
	e->rep_wanted = true;
	entry_save_all(d);
	return agent_spawn(d, e) == 0
	    ? 0
	    : refuse(err, 10014, "Could not spawn the replication agent");
}

static struct client *
agent_client(struct daemon *d, const struct entry *e)
{
	struct client *c;

	TAILQ_FOREACH(c, &d->clients, link)
		if (c->entry == e && c->pid == e->agent_pid &&
		    strcmp(c->kind, "replication") == 0)
			return c;
	return NULL;
}

int
agent_stop(struct daemon *d, struct entry *e, struct sim_error *err)
{
	struct client *c = agent_client(d, e);

	if (strcmp(e->rep_policy, "always") == 0)
		return refuse(err, 10013,
		    "The replication agent was not stopped due to the current repPolicy setting");
	e->rep_wanted = false;
	entry_save_all(d);
	if (e->agent == AGENT_STOPPED)
		return refuse(err, 12027, NULL);
	if (e->agent == AGENT_STOPPING)
		return 0;
	e->agent = AGENT_STOPPING;
	record_event(d->w, e->name, "agent_stopping", NULL);
	if (c != NULL)
		(void)wire_send(&c->wire, json_pack("{s:s}", "op", "stop"));
	else
		(void)kill(e->agent_pid, SIGTERM);
	return 0;
}

void
agent_kill(struct daemon *d, struct entry *e)
{
	if (e->agent == AGENT_STOPPED)
		return;
	(void)kill(e->agent_pid, SIGKILL);
	(void)waitpid(e->agent_pid, NULL, 0);
	e->agent = AGENT_STOPPED;
	e->agent_pid = 0;
	record_event(d->w, e->name, "agent_stopped", "{s:s}", "how",
	    "killed by the daemon");
}

static void
ended(struct daemon *d, struct entry *e, int status)
{
	bool asked = e->agent == AGENT_STOPPING;
	bool again = !asked && strcmp(e->rep_policy, "norestart") != 0 &&
	    (e->rep_wanted || strcmp(e->rep_policy, "always") == 0);

	e->agent = AGENT_STOPPED;
	e->agent_pid = 0;
	record_event(d->w, e->name, "agent_stopped", "{s:s,s:i}", "how",
	    asked ? "asked" : "died", "status", status);
	if (again)
		e->agent_again_ms = moment_ms() +
		    knob_draw_ms(d->w, e->name, "agent_restart", 500, 1500);
}

void
agent_reap(struct daemon *d)
{
	struct entry *e;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		TAILQ_FOREACH(e, &d->entries, link)
			if (e->agent_pid == pid)
				ended(d, e, status);
}

void
agent_tick(struct daemon *d, struct entry *e)
{
	if (e->agent_again_ms == 0 || moment_ms() < e->agent_again_ms)
		return;
	e->agent_again_ms = 0;
	if (e->agent == AGENT_STOPPED &&
	    (e->loaded || !ram_by_hand(e->ram_policy)))
		(void)agent_spawn(d, e);
}
