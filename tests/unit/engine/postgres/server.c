#include "tests/unit/engine/postgres/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <glob.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/str.h"
#include "daemon/engine/postgres/sql/session.h"
#include "tests/unit/engine/postgres/pg_pair.h"
#include "tests/unit/runner/stage.h"

char server_folder[64], server_bin[64];
int server_port;
static char data[96], pooler_ini[96];
static pid_t pooler;

/* ---- programs ---- */

/* PostgreSQL does not run as root. */
static const struct passwd *
owner(void)
{
	const struct passwd *pw = getpwnam("postgres");

	return pw != NULL ? pw : getpwnam("nobody");
}

static void
become_owner(void)
{
	const struct passwd *pw = owner();

	if (geteuid() == 0 &&
	    (pw == NULL || setgid(pw->pw_gid) != 0 || setuid(pw->pw_uid) != 0))
		_exit(99);
}

static pid_t
start(const char *const *argv)
{
	pid_t pid = fork();
	int log;

	if (pid != 0)
		return pid;
	become_owner();
	if (chdir(server_folder) != 0)
		_exit(99);
	log = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(log, 1);
	dup2(log, 2);
	for (int fd = 3; fd < 256; fd++)
		close(fd);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(99);
}

int
server_run(const char *const *argv)
{
	int status = 0;

	waitpid(start(argv), &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	str_printf(path, sizeof(path), "%s/%s", server_folder, name);
	f = fopen(path, "w");
	if (f == NULL)
		exit(99);
	fputs(text, f);
	fclose(f);
}

/* ---- the server ---- */

static int
free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&a, len) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) != 0)
		exit(99);
	close(fd);
	return ntohs(a.sin_port);
}

static bool
find_bin(void)
{
	glob_t g = { 0 };

	if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &g) == 0)
		str_printf(server_bin, sizeof(server_bin), "%.*s",
		    (int)(strlen(g.gl_pathv[g.gl_pathc - 1]) - strlen("/initdb")),
		    g.gl_pathv[g.gl_pathc - 1]);
	globfree(&g);
	if (server_bin[0] == '\0')
		puts("no server of PostgreSQL is installed");
	return server_bin[0] != '\0';
}

static const char *
tool(const char *name)
{
	static char path[96];

	str_printf(path, sizeof(path), "%s/%s", server_bin, name);
	return path;
}

static bool
make_folder(void)
{
	const struct passwd *pw = owner();

	str_copy(server_folder, sizeof(server_folder), "/tmp/ud_pg.XXXXXX");
	if (mkdtemp(server_folder) == NULL)
		return false;
	if (geteuid() == 0 &&
	    (pw == NULL || chown(server_folder, pw->pw_uid, pw->pw_gid) != 0))
		return false;
	str_printf(data, sizeof(data), "%s/data", server_folder);
	write_file("password", "sesame\n");
	return chmod(server_folder, 0755) == 0;
}

void
server_start(void)
{
	char options[160];

	str_printf(options, sizeof(options),
	    "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s "
	    "-c fsync=off",
	    server_port, server_folder);
	if (server_run((const char *[]){ tool("pg_ctl"), "start", "-w", "-s", "-D",
		data, "-l", "log", "-o", options, NULL }) != 0)
		exit(99);
}

/* Also one that a test that failed has left frozen. */
void
server_stop(void)
{
	(void)server_run((const char *[]){ "/bin/sh", "-c",
	    "read -r pid <data/postmaster.pid && kill -CONT \"$pid\"", NULL });
	(void)server_run((const char *[]){ tool("pg_ctl"), "stop", "-w", "-s", "-D",
	    data, "-m", "immediate", NULL });
}

pid_t
server_pid(void)
{
	char path[128];
	int pid = 0;
	FILE *f;

	str_printf(path, sizeof(path), "%s/postmaster.pid", data);
	f = fopen(path, "r");
	if (f == NULL || fscanf(f, "%d", &pid) != 1)
		exit(99);
	fclose(f);
	return pid;
}

static char
state_of(pid_t pid)
{
	char path[32], state = 0;
	FILE *f;

	str_printf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (f == NULL || fscanf(f, "%*d (postgres) %c", &state) != 1)
		exit(99);
	fclose(f);
	return state;
}

static void
signal_until(int number, bool stopped)
{
	pid_t pid = server_pid();

	kill(pid, number);
	while ((state_of(pid) == 'T') != stopped)
		usleep(1000);
}

void
server_freeze(void)
{
	signal_until(SIGSTOP, true);
}

void
server_thaw(void)
{
	signal_until(SIGCONT, false);
}

bool
server_up(void)
{
	char pwfile[96];

	if (!find_bin() || !make_folder())
		return false;
	str_printf(pwfile, sizeof(pwfile), "%s/password", server_folder);
	if (server_run((const char *[]){ tool("initdb"), "-D", data, "-U", "boss",
		"--pwfile", pwfile, "--auth-local=trust", "--auth-host=scram-sha-256",
		"--no-sync", "--no-locale", "-E", "UTF8", NULL }) != 0) {
		printf("initdb failed: %s/log\n", server_folder);
		return false;
	}
	server_port = free_port();
	server_start();
	return true;
}

void
server_down(void)
{
	if (pooler > 1) {
		kill(pooler, SIGKILL);
		waitpid(pooler, NULL, 0);
	}
	if (data[0] != '\0') {
		server_stop();
		(void)server_run((const char *[]){ "/bin/sh", "-c", "rm -rf \"$1\"/*",
		    "sh", server_folder, NULL });
		rmdir(server_folder);
	}
}

/* ---- the pooler ---- */

bool
server_pooler_up(int *ret_port)
{
	const char *program = "/usr/sbin/pgbouncer";
	char text[600];

	if (access(program, X_OK) != 0)
		return false;
	*ret_port = free_port();
	str_printf(text, sizeof(text),
	    "[databases]\npostgres = host=%s port=%d user=boss\n[pgbouncer]\n"
	    "listen_addr = 127.0.0.1\nlisten_port = %d\nauth_type = any\n"
	    "admin_users = boss\nunix_socket_dir =\n",
	    server_folder, server_port, *ret_port);
	write_file("pooler.ini", text);
	str_printf(pooler_ini, sizeof(pooler_ini), "%s/pooler.ini", server_folder);
	pooler = start((const char *[]){ program, "-q", pooler_ini, NULL });
	return pooler > 1;
}

struct session *
server_session(struct pg_pair *ret)
{
	char text[200];

	stage_setup();
	pg_pair_init(ret);
	str_printf(text, sizeof(text), "host=%s port=%d user=boss dbname=postgres",
	    server_folder, server_port);
	settings_set(&ret->members[PAIR_A].settings, "conninfo", text);
	return session_new_link(runner, &pg_connector, &ret->members[PAIR_A], PAIR_OLD);
}

void
server_session_done(struct pg_pair *w, struct session *s)
{
	session_free(s);
	pg_pair_done(w);
	stage_teardown();
}
