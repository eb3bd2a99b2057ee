#include "tests/sandbox/knob.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/world.h"

static char *
specific_name(const struct world *w, const char *store, const char *name)
{
	return need_format("%s/%s.%s", w->host, store != NULL ? store : "*", name);
}

char *
knob_text(const struct world *w, const char *store, const char *name)
{
	char *file = need_format("%s/knobs", w->root);
	char *full = specific_name(w, store, name);
	char *value = world_setting(file, full);

	free(full);
	if (value == NULL && store != NULL) {
		full = specific_name(w, NULL, name);
		value = world_setting(file, full);
		free(full);
	}
	if (value == NULL)
		value = world_setting(file, name);
	free(file);
	return value;
}

int64_t
knob_int(const struct world *w, const char *store, const char *name, int64_t unset)
{
	char *value = knob_text(w, store, name);
	int64_t n = value != NULL ? strtoll(value, NULL, 10) : unset;

	free(value);
	return n;
}

bool
knob_is(const struct world *w, const char *store, const char *name, const char *value,
    const char *unset)
{
	char *text = knob_text(w, store, name);
	bool is = strcmp(text != NULL ? text : unset, value) == 0;

	free(text);
	return is;
}

/* xorshift64: the seed fixes the shape of a run; real time does not repeat anyway. */
static uint64_t
next_random(const struct world *w)
{
	static uint64_t x;

	if (x == 0) {
		x = 88172645463325252ull ^
		    (uint64_t)knob_int(w, NULL, "seed", 1) << 32 ^ (uint64_t)getpid();
		for (int i = 0; i < 8; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
		}
	}
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

int64_t
knob_draw_ms(const struct world *w, const char *store, const char *name, int64_t low,
    int64_t high)
{
	char *value = knob_text(w, store, name), *dots;
	char *scale_text = knob_text(w, store, "time_scale");
	double scale = scale_text != NULL ? strtod(scale_text, NULL) : 1.0;
	int64_t ms;

	if (value != NULL) {
		low = high = strtoll(value, NULL, 10);
		dots = strstr(value, "..");
		if (dots != NULL)
			high = strtoll(dots + 2, NULL, 10);
	}
	ms = low;
	if (high > low)
		ms += (int64_t)(next_random(w) % (uint64_t)(high - low + 1));
	free(value);
	free(scale_text);
	return (int64_t)((double)ms * scale);
}

static int
lock_knobs(const char *root)
{
	char *path = need_format("%s/knobs.lock", root);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	free(path);
	if (fd >= 0)
		(void)flock(fd, LOCK_EX);
	return fd;
}

/* Copies every other line to a new file and renames it: a reader never sees half a file. */
static int
rewrite(const char *root, const char *name, const char *value)
{
	char *path = need_format("%s/knobs", root),
	     *fresh = need_format("%s/knobs.new", root);
	char *text = need_read_file(path), *rest = text, *line;
	size_t n = strlen(name);
	FILE *f = fopen(fresh, "we");
	int rc = -1;

	if (f == NULL)
		goto out;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line == '\0' ||
		    (strncmp(line, name, n) == 0 && (line[n] == ' ' || line[n] == '=')))
			continue;
		fprintf(f, "%s\n", line);
	}
	if (value != NULL)
		fprintf(f, "%s = %s\n", name, value);
	rc = fclose(f) == 0 && rename(fresh, path) == 0 ? 0 : -1;
out:
	free(text);
	free(path);
	free(fresh);
	return rc;
}

int
knob_set(const char *root, const char *name, const char *value)
{
	int fd = lock_knobs(root);
	int rc = rewrite(root, name, value);

	if (fd >= 0)
		close(fd);
	return rc;
}

static bool
take_named(const struct world *w, const char *name)
{
	char *file = need_format("%s/knobs", w->root), *value, number[32];
	int fd = lock_knobs(w->root);
	bool taken = false;
	int64_t n;

	value = world_setting(file, name);
	if (value != NULL) {
		n = strtoll(value, NULL, 10);
		taken = n != 0;
		if (n > 0) {
			snprintf(number, sizeof(number), "%lld", (long long)n - 1);
			(void)rewrite(w->root, name, number);
		}
	}
	free(value);
	free(file);
	if (fd >= 0)
		close(fd);
	return taken;
}

bool
knob_due(const struct world *w, const char *store, const char *name)
{
	int64_t n = knob_int(w, store, name, 0);

	return n != 0 && knob_take(w, store, name) && n == 1;
}

bool
knob_take(const struct world *w, const char *store, const char *name)
{
	char *set = knob_text(w, store, name), *full;
	bool taken;

	if (set == NULL)
		return false;
	free(set);
	full = specific_name(w, store, name);
	taken = take_named(w, full);
	free(full);
	if (!taken && store != NULL) {
		full = specific_name(w, NULL, name);
		taken = take_named(w, full);
		free(full);
	}
	return taken || take_named(w, name);
}
