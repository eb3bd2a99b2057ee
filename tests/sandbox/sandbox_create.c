/* Directories, links and configuration files of a cluster. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/sandbox/need.h"
#include "tests/sandbox/sandbox.h"

static const char *const links[] = { "ttAdmin", "ttRepAdmin", "ttIsql", "ttMigrate",
	"ttBackup", "ttRestore", "ttDestroy", "ttStatus", "ttVersion", "ttDaemonAdmin", "ttXactAdmin",
	"ttadmin", "ttrepadmin", "ttisql", "ttmigrate", "ttbackup", "ttrestore",
	"ttdestroy", "ttstatus", "ttversion", "ttdaemonadmin", "ttxactadmin", "timestend",
	"timestenrepd", "timestencached" };

int
sandbox_places(const struct plan *p, struct place *ret)
{
	int n = 0;

	for (int i = 1; i <= (p->single && !p->second_host ? 1 : 2); i++, n++) {
		snprintf(ret[n].host, sizeof(ret[n].host), "master%dhost", i);
		snprintf(ret[n].dsn, sizeof(ret[n].dsn), "master%d", i);
	}
	for (int i = 1; !p->single && i <= p->subscribers && n < PLACES_MAX; i++, n++) {
		snprintf(ret[n].host, sizeof(ret[n].host), "sub%dhost", i);
		snprintf(ret[n].dsn, sizeof(ret[n].dsn), "subscriber%d", i);
	}
	for (int i = 0; i < n; i++)
		ret[i].port = p->automatic_ports ? 0 : 30000 + i;
	return n;
}

static void
make_dirs(const char *path)
{
	char *copy = need_copy(path);

	for (char *p = copy + 1; *p != '\0'; p++)
		if (*p == '/') {
			*p = '\0';
			(void)mkdir(copy, 0755);
			*p = '/';
		}
	if (mkdir(copy, 0755) != 0 && errno != EEXIST)
		need_die("%s: %s", copy, strerror(errno));
	free(copy);
}

static FILE *__attribute__((format(printf, 1, 2))) create(const char *format, ...)
{
	va_list ap;
	char *path;
	FILE *f;

	va_start(ap, format);
	if (vasprintf(&path, format, ap) < 0)
		need_die("out of memory");
	va_end(ap);
	f = fopen(path, "we");
	if (f == NULL)
		need_die("%s: %s", path, strerror(errno));
	free(path);
	return f;
}

/* Nobody listens on the addresses of this number: what a dead sandbox left would be heard. */
static bool
net_is_free(int net)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(30000) };
	bool free_net = true;

	for (int host = 1; host <= PLACES_MAX && free_net; host++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		int on = 1;

		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		a.sin_port = htons((uint16_t)(30000 + host - 1));
		a.sin_addr.s_addr = htonl(0x7f4d0000u | (uint32_t)(net << 8 | host));
		free_net = bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
		close(fd);
	}
	return free_net;
}

/* A number of its own for each sandbox of this machine: the third byte of its addresses. */
static int
allocate_net(const char *root)
{
	/* Not below TMPDIR: addresses are the machine's, so their list must be, too. */
	static const char path[] = "/tmp/upgraded-sandbox-nets";
	char line[4200], owner[4096];
	bool taken[256] = { false };
	FILE *f = fopen(path, "a+e");
	int n, net = 0;

	if (f == NULL)
		need_die("%s: %s", path, strerror(errno));
	(void)chmod(path, 0666);
	(void)flock(fileno(f), LOCK_EX);
	rewind(f);
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "%d %4095s", &n, owner) == 2 && n > 0 && n < 255 &&
		    access(owner, F_OK) == 0)
			taken[n] = true;
	for (n = 1; n < 255 && net == 0; n++)
		if (!taken[n] && net_is_free(n))
			net = n;
	fseek(f, 0, SEEK_END);
	fprintf(f, "%d %s\n", net, root);
	fclose(f);
	return net != 0 ? net : 254;
}

static void
write_odbc(const struct plan *p, const struct place *place, const char *home,
    bool new_one)
{
	const char *dir = new_one && p->new_path ? "data-new" : "data";
	FILE *f = create("%s/conf/sys.odbc.ini", home);

	fprintf(f, "[ODBC Data Sources]\n%s = TimesTen Driver\n\n", place->dsn);
	fprintf(f,
	    "[%s]\nDriver = %s/lib/libtten.so\nDataStore = %s/hosts/%s/%s/%s\nPermSize = 64\n"
	    "TempSize = 32\nLogFileSize = 64\nDatabaseCharacterSet = %s\n"
	    "ConnectionCharacterSet = AL32UTF8\nTypeMode = 0\nAutoCreate = 1\n",
	    place->dsn, home, p->root, place->host, dir, place->dsn,
	    new_one && p->single ? "AL32UTF8" : p->charset);
	/* The same database in another folder, smaller: what it is moved to. */
	if (p->single)
		fprintf(f,
		    "\n[%s_new]\nDriver = %s/lib/libtten.so\n"
		    "DataStore = %s/hosts/%s/data-new/%s_new\nPermSize = 32\nTempSize = 16\n"
		    "LogFileSize = 64\nDatabaseCharacterSet = AL32UTF8\n"
		    "ConnectionCharacterSet = AL32UTF8\nTypeMode = 0\nAutoCreate = 1\n",
		    place->dsn, home, p->root, place->host, place->dsn);
	fclose(f);
}

static void
make_instance(const struct plan *p, const struct place *place, const char *name,
    const char *release, int port, bool new_one)
{
	static const char *const dirs[] = { "bin", "conf", "info", "diag" };
	char *home = need_format("%s/hosts/%s/opt/%s", p->root, place->host, name),
	     *path;
	FILE *f;

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		path = need_format("%s/%s", home, dirs[i]);
		make_dirs(path);
		free(path);
	}
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		path = need_format("%s/bin/%s", home, links[i]);
		(void)unlink(path);
		if (symlink(p->program, path) != 0)
			need_die("%s: %s", path, strerror(errno));
		free(path);
	}
	f = create("%s/conf/instance.conf", home);
	fprintf(f,
	    "root = %s\nhost = %s\nname = %s\nrelease = %s\nbits = %d\nport = %d\n",
	    p->root, place->host, name, release, new_one ? p->new_bits : 64, port);
	fclose(f);
	write_odbc(p, place, home, new_one);
	free(home);
}

int
sandbox_create(const struct plan *p)
{
	struct place places[PLACES_MAX];
	int n = sandbox_places(p, places), net;
	const char *network = getenv("SANDBOX_NETWORK");
	char *path;
	FILE *f;

	make_dirs(p->root);
	net = allocate_net(p->root);
	f = create("%s/hosts.conf", p->root);
	for (int i = 0; i < n; i++)
		if (network != NULL) /* of tests/ssh/hosts.sh, in the order of its hosts */
			fprintf(f, "%s %s.%d\n", places[i].host, network, i + 11);
		else
			fprintf(f, "%s 127.77.%d.%d\n", places[i].host, net, i + 1);
	fclose(f);
	/* Knobs that are there already hold while the pair is made, and after. */
	path = need_format("%s/knobs", p->root);
	f = fopen(path, "ae");
	if (f == NULL)
		need_die("%s: %s", path, strerror(errno));
	free(path);
	fclose(f);
	f = create("%s/log.jsonl", p->root);
	fclose(f);
	f = create("%s/sandbox.conf", p->root);
	fprintf(f, "old = %s\nnew = %s\nsubscribers = %d\nprogram = %s\n", p->old_name,
	    p->new_name, p->subscribers, p->program);
	fclose(f);
	for (int i = 0; i < n; i++) {
		static const char *const dirs[] = { "data", "data-new", "ports",
			"backup" };

		for (size_t k = 0; k < ARRAY_SIZE(dirs); k++) {
			path = need_format("%s/hosts/%s/%s", p->root, places[i].host,
			    dirs[k]);
			make_dirs(path);
			free(path);
		}
		make_instance(p, &places[i], p->old_name, p->old_release,
		    53392 + i * 10, false);
		make_instance(p, &places[i], p->new_name, p->new_release, 6624 + i * 10,
		    true);
	}
	return 0;
}
