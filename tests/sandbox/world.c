#include "tests/sandbox/world.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/need.h"

static char *
trimmed(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

char *
world_setting(const char *file, const char *key)
{
	char *text = need_read_file(file), *rest = text, *line, *found = NULL;
	size_t n = strlen(key);

	while (found == NULL && (line = strsep(&rest, "\n")) != NULL) {
		line = trimmed(line);
		if (strncasecmp(line, key, n) != 0)
			continue;
		line += n;
		if (*line != '=' && !isspace((unsigned char)*line))
			continue;
		line = trimmed(line);
		if (*line == '=')
			line = trimmed(line + 1);
		found = need_copy(line);
	}
	free(text);
	return found;
}

int
world_release_parse(const char *release, int part[5])
{
	char *end;
	int n = 0;

	memset(part, 0, 5 * sizeof(part[0]));
	while (n < 5) {
		part[n++] = (int)strtol(release, &end, 10);
		if (end == release)
			return -1;
		if (*end != '.')
			return *end == '\0' ? 0 : -1;
		release = end + 1;
	}
	return -1;
}

int
world_major(const char *release)
{
	int part[5];

	(void)world_release_parse(release, part);
	if (part[0] >= 11 && part[0] < 18)
		return part[0] * 10000 + part[1] * 100 + part[2];
	return part[0] * 10000 + part[1] * 100;
}

bool
world_since(const struct world *w, int a, int b)
{
	return w->part[0] > a || (w->part[0] == a && w->part[1] >= b);
}

static int
load_instance(struct world *w)
{
	char file[PATH_MAX + 32];
	static const struct {
		const char *key;
		size_t at, size;
	} texts[] = {
		{ "root", offsetof(struct world, root), sizeof(w->root) },
		{ "host", offsetof(struct world, host), sizeof(w->host) },
		{ "name", offsetof(struct world, instance), sizeof(w->instance) },
		{ "release", offsetof(struct world, release), sizeof(w->release) },
	};
	char *value;

	snprintf(file, sizeof(file), "%s/conf/instance.conf", w->home);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		value = world_setting(file, texts[i].key);
		if (value == NULL)
			return -1;
		need_fit((char *)w + texts[i].at, texts[i].size, value);
		free(value);
	}
	value = world_setting(file, "port");
	w->port = value != NULL ? (int)strtol(value, NULL, 10) : 6624;
	free(value);
	value = world_setting(file, "bits");
	w->bits = value != NULL ? (int)strtol(value, NULL, 10) : 64;
	free(value);
	return world_release_parse(w->release, w->part);
}

int
world_at(struct world *w, const char *root, const char *host, const char *instance)
{
	char real[PATH_MAX];

	memset(w, 0, sizeof(*w));
	if (realpath(root, real) == NULL)
		return -1;
	if (snprintf(w->home, sizeof(w->home), "%s/hosts/%s/opt/%s", real, host,
		instance) >= (int)sizeof(w->home))
		return -1;
	return load_instance(w);
}

int
world_find(struct world *w, const char *argv0)
{
	const char *home = getenv("TIMESTEN_HOME");
	char *copy = need_copy(argv0), *dir, *real;
	int rc = -1;

	memset(w, 0, sizeof(*w));
	need_fit(w->program, sizeof(w->program), basename(copy));
	free(copy);
	copy = need_copy(argv0);
	if (strchr(argv0, '/') != NULL) {
		dir = need_format("%s/..", dirname(copy));
		real = realpath(dir, NULL);
		free(dir);
		if (real != NULL) {
			need_fit(w->home, sizeof(w->home), real);
			free(real);
			rc = load_instance(w);
		}
	}
	free(copy);
	if (rc != 0 && home != NULL) {
		need_fit(w->home, sizeof(w->home), home);
		rc = load_instance(w);
	}
	return rc;
}

static void
apply_attribute(struct dsn *d, const char *key, const char *value)
{
	if (strcasecmp(key, "DSN") == 0) {
		need_fit(d->name, sizeof(d->name), value);
	} else if (strcasecmp(key, "DataStore") == 0) {
		need_fit(d->path, sizeof(d->path), value);
	} else if (strcasecmp(key, "UID") == 0) {
		need_fit(d->uid, sizeof(d->uid), value);
		d->has_uid = *value != '\0';
	} else if (strcasecmp(key, "PWD") == 0) {
		need_fit(d->pwd, sizeof(d->pwd), value);
		d->has_pwd = *value != '\0';
	} else if (strcasecmp(key, "PWDCrypt") == 0 ||
	    strcasecmp(key, "PwdWallet") == 0) {
		d->has_pwd |= *value != '\0';
	} else if (strcasecmp(key, "ConnectionName") == 0) {
		need_fit(d->connection, sizeof(d->connection), value);
	} else if (strcasecmp(key, "ForceDisconnectEnabled") == 0) {
		d->may_be_forced = strtol(value, NULL, 10) != 0;
	} else if (strcasecmp(key, "AutoCreate") == 0) {
		d->auto_create = strtol(value, NULL, 10) != 0;
	} else if (strcasecmp(key, "Temporary") == 0) {
		d->temporary = strtol(value, NULL, 10) != 0;
	} else if (strcasecmp(key, "PermSize") == 0) {
		d->perm_size_mb = (int)strtol(value, NULL, 10);
	} else if (strcasecmp(key, "LogFileSize") == 0) {
		d->log_file_mb = (int)strtol(value, NULL, 10);
	} else if (strcasecmp(key, "DatabaseCharacterSet") == 0) {
		need_fit(d->charset, sizeof(d->charset), value);
	} else if (strcasecmp(key, "TypeMode") == 0) {
		d->type_mode = (int)strtol(value, NULL, 10);
	}
}

static int
read_section(const char *file, struct dsn *d)
{
	char *text = need_read_file(file), *rest = text, *line, *eq;
	bool inside = false;
	int rc = -1;
	size_t n;

	while ((line = strsep(&rest, "\n")) != NULL) {
		line = trimmed(line);
		n = strlen(line);
		if (*line == '[' && n > 2) {
			line[n - 1] = '\0';
			inside = strcasecmp(line + 1, d->name) == 0;
			if (inside) {
				need_fit(d->name, sizeof(d->name), line + 1);
				rc = 0;
			}
		} else if (inside && *line != '#' && (eq = strchr(line, '=')) != NULL) {
			*eq = '\0';
			apply_attribute(d, trimmed(line), trimmed(eq + 1));
		}
	}
	free(text);
	return rc;
}

static void
apply_string(struct dsn *d, const char *string)
{
	char *copy = need_copy(string), *rest = copy, *part, *eq;

	while ((part = strsep(&rest, ";")) != NULL) {
		eq = strchr(part, '=');
		if (eq == NULL) {
			if (*trimmed(part) != '\0' && d->name[0] == '\0')
				need_fit(d->name, sizeof(d->name), trimmed(part));
			continue;
		}
		*eq = '\0';
		apply_attribute(d, trimmed(part), trimmed(eq + 1));
	}
	free(copy);
}

int
world_dsn(const struct world *w, const char *argument, struct dsn *ret)
{
	const char *user = getenv("SYSODBCINI");
	char file[PATH_MAX + 32];
	struct dsn d = { .auto_create = true, .perm_size_mb = 32, .log_file_mb = 64 };
	int rc;

	need_fit(d.charset, sizeof(d.charset), "US7ASCII");
	apply_string(&d, argument);
	snprintf(file, sizeof(file), "%s/conf/sys.odbc.ini", w->home);
	rc = read_section(user != NULL ? user : file, &d);
	apply_string(&d, argument);
	*ret = d;
	return rc;
}

const char *
world_address(const struct world *w, const char *host)
{
	static char address[64];
	char *file = need_format("%s/hosts.conf", w->root), *value;

	value = world_setting(file, host);
	free(file);
	if (value == NULL)
		return NULL;
	need_fit(address, sizeof(address), value);
	free(value);
	return address;
}

bool
world_host_down(const struct world *w, const char *host)
{
	char *path = need_format("%s/hosts/%s/down", w->root, host);
	bool down = access(path, F_OK) == 0;

	free(path);
	return down;
}

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)tolower((unsigned char)*s);
}

bool
world_reaches(const struct world *w, const char *from, const char *to)
{
	char a[128], b[128], *name;
	bool cut;

	need_fit(a, sizeof(a), from);
	need_fit(b, sizeof(b), to);
	lower(a);
	lower(b);
	if (world_host_down(w, a) || world_host_down(w, b))
		return false;
	name = need_format("partition.%s>%s", a, b);
	cut = knob_int(w, NULL, name, 0) != 0;
	free(name);
	return !cut;
}

static char *
port_file(const struct world *w, const char *host, const char *store)
{
	char *path = need_format("%s/hosts/%s/ports/%s", w->root, host, store);

	lower(path + strlen(w->root));
	return path;
}

int
world_agent_port(const struct world *w, const char *host, const char *store)
{
	char *path = port_file(w, host, store), *text = need_read_file(path);
	int port = text != NULL ? (int)strtol(text, NULL, 10) : 0;

	free(text);
	free(path);
	return port;
}

void
world_set_agent_port(const struct world *w, const char *store, int port)
{
	char *path = port_file(w, w->host, store);
	FILE *f;

	if (port == 0) {
		(void)unlink(path);
	} else if ((f = fopen(path, "we")) != NULL) {
		fprintf(f, "%d\n", port);
		fclose(f);
	}
	free(path);
}

int
world_server_port(const struct world *w)
{
	char *file = need_format("%s/conf/instance.conf", w->home);
	char *value = world_setting(file, "server_port");
	int port = value != NULL ? (int)strtol(value, NULL, 10) : w->port + 1;

	free(value);
	free(file);
	return port;
}

bool
world_server_runs(const struct world *w)
{
	char *file = need_format("%s/info/server", w->home);
	bool runs = access(file, F_OK) == 0;

	free(file);
	return runs;
}

static bool
server_port_is_taken(const struct world *w)
{
	char *opt = need_format("%s/hosts/%s/opt", w->root, w->host);
	DIR *d = opendir(opt);
	struct dirent *e;
	struct world other;
	bool taken = false;

	while (d != NULL && !taken && (e = readdir(d)) != NULL)
		taken = e->d_name[0] != '.' && strcmp(e->d_name, w->instance) != 0 &&
		    world_at(&other, w->root, w->host, e->d_name) == 0 &&
		    world_server_runs(&other) &&
		    world_server_port(&other) == world_server_port(w);
	if (d != NULL)
		closedir(d);
	free(opt);
	return taken;
}

int
world_server_set(const struct world *w, bool runs)
{
	char *file = need_format("%s/info/server", w->home);
	int rc = runs && server_port_is_taken(w) ? -1 : 0;
	FILE *f;

	if (!runs)
		(void)unlink(file);
	else if (rc == 0 && (f = fopen(file, "we")) != NULL)
		fclose(f);
	free(file);
	return rc;
}

const char *
world_store_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

unsigned long long
world_process_birth(long pid)
{
	char *path = need_format("/proc/%ld/stat", pid), *text = need_read_file(path);
	char *p = text != NULL ? strrchr(text, ')') : NULL;
	unsigned long long birth = 0;

	/* Field 22 of proc(5); the second may hold blanks, so counting begins after it. */
	for (int field = 2; p != NULL && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (p != NULL)
		birth = strtoull(p + 1, NULL, 10);
	free(text);
	free(path);
	return birth;
}

void
world_register(const struct world *w)
{
	char *dir = need_format("%s/pids", w->root), *path;
	FILE *f;

	(void)mkdir(dir, 0755);
	path = need_format("%s/%d", dir, (int)getpid());
	f = fopen(path, "we");
	if (f != NULL) {
		fprintf(f, "%s %s %s %llu\n", w->host, w->instance, w->program,
		    world_process_birth(getpid()));
		fclose(f);
	}
	free(path);
	free(dir);
}
