#include "config.h"

#include "daemon/runner/far_folder.h"

#include <errno.h>
#include <stdio.h>

#include "common/clock.h"
#include "common/str.h"

/* "SECONDS.MILLISECONDS", or without the second. */
static int64_t
take_time(const char **at)
{
	long long s = 0;
	int ms = 0, used = 0;

	if (sscanf(*at, " %lld%n.%3d%n", &s, &used, &ms, &used) < 1)
		return 0;
	*at += used;
	return s * 1000 + ms;
}

bool
far_folder_parse(const char *line, struct far_folder *ret)
{
	const char *at;
	int used = 0;

	if (sscanf(line, "%15s %d %lld %39s %d %d %lld %lld%n", ret->state, &ret->pid,
		&ret->start, ret->boot, &ret->lives, &ret->status, &ret->size,
		&ret->from, &used) < 8)
		return false;
	at = line + used;
	ret->now_ms = take_time(&at);
	ret->begun_ms = take_time(&at);
	ret->ended_ms = take_time(&at);
	return true;
}

/* clang-format off */
static const struct { const char *word; enum folder_state state; } states[] = {
	{ "missing",    FOLDER_MISSING },
	{ "bare",       FOLDER_BARE },
	{ "started",    FOLDER_STARTED },
	{ "ended",      FOLDER_ENDED },
	{ "buried",     FOLDER_BURIED },
	{ "unreadable", FOLDER_UNREADABLE },
};
/* clang-format on */

/* Its clock may be another: only differences count. */
static int64_t
in_our_time(const struct far_folder *s, int64_t their_ms)
{
	if (s->now_ms == 0 || their_ms == 0)
		return 0;
	return clock_wall_ms() - (s->now_ms - their_ms);
}

void
far_folder_take(const struct far_folder *s, struct folder *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		if (str_equal(states[i].word, s->state))
			f->state = states[i].state;
	f->status = s->status;
	f->error = EACCES;
	if (s->pid > 0) {
		f->pid = s->pid;
		f->start = s->start;
		str_copy(f->boot, sizeof(f->boot), s->boot);
	}
	if (s->begun_ms > 0)
		f->started_wall_ms = in_our_time(s, s->begun_ms);
	if (s->ended_ms > 0)
		f->ended_wall_ms = in_our_time(s, s->ended_ms);
}
