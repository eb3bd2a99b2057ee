/*
 * The swap of a physical pair. The old active becomes read-only for new sessions by a
 * reload, old ones are ended, the standby replays what is there and is promoted; only then
 * the old one is stopped, at once, so that it adds nothing to its log.
 *
 * Whoever calls this has made the standby look for its upstream often
 * (wal_retrieve_retry_interval): a promotion can wait as long as that.
 */
#include "tests/bench/postgres/floor.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pid_t
postmaster(const char *data)
{
	char name[4096];
	FILE *f;
	int pid = 0;

	snprintf(name, sizeof(name), "%s/postmaster.pid", data);
	f = fopen(name, "r");
	if (f == NULL || fscanf(f, "%d", &pid) != 1)
		floor_die(name, "no server runs there");
	fclose(f);
	return pid;
}

static void
stop_at_once(pid_t pid)
{
	struct pollfd p = { (int)syscall(SYS_pidfd_open, pid, 0), POLLIN, 0 };

	if (p.fd < 0 || kill(pid, SIGQUIT) != 0)
		floor_die("the old active", "is gone already");
	poll(&p, 1, 60000);
	close(p.fd);
}

static void
fence(PGconn *old, const char *loaded)
{
	char sql[128];

	floor_ask(old, "SELECT pg_reload_conf()");
	snprintf(sql, sizeof(sql), "SELECT pg_conf_load_time() > '%s'", loaded);
	floor_until(old, sql);
	floor_end_clients(old, "pg_conf_load_time()");
}

int
floor_patch(int argc, char **argv)
{
	PGconn *old = floor_connect(argv[0], "postgres"),
	       *new = floor_connect(argv[2], "postgres");
	pid_t pid = postmaster(argv[1]);
	int64_t pause, fenced, replayed, promoted, stopped;
	char loaded[64], sql[128];

	(void)argc;
	floor_ask(old, "CHECKPOINT");
	floor_ask(new, "CHECKPOINT");
	floor_ask(old, "ALTER SYSTEM SET default_transaction_read_only = on");
	snprintf(loaded, sizeof(loaded), "%s",
	    floor_ask(old, "SELECT pg_conf_load_time()"));

	pause = floor_now_us();
	fence(old, loaded);
	fenced = floor_now_us();
	snprintf(sql, sizeof(sql), "SELECT pg_last_wal_replay_lsn() >= '%s'",
	    floor_ask(old, "SELECT pg_current_wal_flush_lsn()"));
	floor_until(new, sql);
	replayed = floor_now_us();
	floor_ask(new, "SELECT pg_promote(false)");
	floor_until(new, "SELECT NOT pg_is_in_recovery()");
	promoted = floor_now_us();
	stop_at_once(pid);
	stopped = floor_now_us();

	printf(
	    "{\"pause_us\": %lld, \"fenced\": %.2f, \"replayed\": %.2f, \"open\": %.2f,"
	    " \"stopped\": %.2f}\n",
	    (long long)pause, (double)(fenced - pause) / 1e3,
	    (double)(replayed - pause) / 1e3, (double)(promoted - pause) / 1e3,
	    (double)(stopped - pause) / 1e3);
	PQfinish(old);
	PQfinish(new);
	return 0;
}
