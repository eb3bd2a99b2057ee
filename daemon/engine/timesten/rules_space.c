/* Room: for the export on a disk, for the log that is kept while a copy is away. */
#include "config.h"

#include "daemon/engine/timesten/rules_parts.h"

#include <inttypes.h>

#include "common/duration.h"
#include "common/release.h"

static const char *
size_text(int64_t kib, char *buf, size_t size)
{
	if (kib >= INT64_C(10) << 20)
		str_printf(buf, size, "%" PRId64 " GiB", (kib + (1 << 20) - 1) >> 20);
	else
		str_printf(buf, size, "%" PRId64 " MiB", (kib + 1023) >> 10);
	return buf;
}

/* ---- the export ---- */

static const char *
export_directory(const struct member *m)
{
	if (m->host->backup_directory != NULL)
		return m->host->backup_directory;
	return m->host->job_directory != NULL ? m->host->job_directory : "/var/tmp";
}

/* Source: Installation guide 11.2.1, chapter 2, reducing database size: PermSize must not be below
 * PERM_IN_USE_SIZE. A copy may fill its pages otherwise, so a narrow size is warned of. */
static void
size_of_copies(const struct check *c, const struct member *m, int64_t kib)
{
	const char *wanted = settings_get(&c->plan->options, TT_OPTION_PERM_SIZE);
	const char *who = wanted != NULL ? "perm_size" : "the new DSN's PermSize";
	char text[48];
	int64_t mb;

	if (wanted == NULL)
		wanted = check_new_dsn(c, m, "permsize");
	if (wanted == NULL || !str_to_int(wanted, 1, INT64_MAX / 1024, &mb))
		return;
	size_text(kib, text, sizeof(text));
	if (mb * 1024 < kib)
		check_block(c, m, "ask for more, or delete rows and look again",
		    "%s=%s is below what is in use in %s, %s", who, wanted, m->name, text);
	else if (mb * 1024 < kib + kib / 10)
		check_warn(c, m, "ask for some more: a restore may need it",
		    "%s=%s is hardly more than what is in use in %s, %s", who, wanted, m->name,
		    text);
}

static void
room_for_export(const struct check *c, const struct member *m, int64_t kib)
{
	int64_t free_kib = check_number(c, m, "free.export_kib", -1);
	char text[48], left[48] = "", room[48];

	size_text(kib, text, sizeof(text));
	size_of_copies(c, m, kib);
	if (free_kib >= 0 && free_kib < kib) {
		check_warn(c, m,
		    "make room there, or name another folder in backup_directory of the host",
		    "the export of %s may need %s in %s on host %s, where %s are free", m->name,
		    text, export_directory(m), m->host->name,
		    size_text(free_kib, room, sizeof(room)));
		return;
	}
	if (free_kib >= 0)
		str_printf(left, sizeof(left), ", where %s are free",
		    size_text(free_kib, room, sizeof(room)));
	check_note(c, m,
	    free_kib >= 0
		? "PermSize of the new DSNs must not be below that either"
		: "see that there is room; free space was not seen. PermSize of the new DSNs "
		  "must not be below that either",
	    "the export of %s needs about %s in %s on host %s%s", m->name, text,
	    export_directory(m), m->host->name, left);
}

/* Source: Installation guide 11.2.1, chapter 2, "Requirements": two copies on one machine need twice the
 * memory and disk space. There are two checkpoint files. */
static void
room_for_second(const struct check *c, const struct member *m, int64_t kib)
{
	const char *path = member_setting(m, "path"), *new = member_setting(m, "path_new");
	int64_t free_kib = check_number(c, m, "free.place_kib", -1);
	int64_t size = check_number(c, m, "perm_allocated_kib", kib);
	char need[48], memory[48], room[48];

	if (path == NULL || new == NULL || str_equal(path, new))
		return;
	size_text(2 * kib, need, sizeof(need));
	size_text(size, memory, sizeof(memory));
	if (free_kib >= 0 && free_kib < 2 * kib)
		check_warn(c, m, "make room there, or name another place in path_new",
		    "the second database of %s may need %s on disk beside the first, at %s on host "
		    "%s, where %s are free",
		    m->name, need, new, m->host->name,
		    size_text(free_kib, room, sizeof(room)));
	else
		check_note(c, m, "see that there is room for twice of it while both are there",
		    "the second database of %s needs about %s on disk, at %s on host %s, and %s of "
		    "memory",
		    m->name, need, new, m->host->name, memory);
}

void
rule_space_disk(const struct check *c)
{
	const struct member *m = c->plan->standby, *teller = m;
	int64_t kib;

	if (!check_is_pair(c))
		m = teller = c->plan->active;
	if (m == NULL ||
	    (check_is_pair(c) ? release_same_major(&c->plan->from, &c->plan->to)
			      : !check_does(c, "place-free")))
		return;
	if (check_number(c, m, "perm_in_use_kib", -1) < 0)
		teller = check_teller(c, "perm_in_use_kib");
	kib = teller != NULL ? check_number(c, teller, "perm_in_use_kib", -1) : -1;
	if (kib < 0)
		check_untold(c, "perm_in_use_kib", "perm_in_use_size");
	else if (check_does(c, "migrate-out") || !check_is_pair(c))
		room_for_export(c, m, kib);
	if (kib >= 0)
		room_for_second(c, m, kib);
}

/* ---- the log ---- */

/* How much is written while a copy is away as long as it may, KiB; -1 unknown. */
static int64_t
written_meanwhile_kib(const struct check *c)
{
	const struct member *m = c->plan->active;
	int64_t rate = m != NULL ? check_seen(c, m)->write_bytes_per_s : -1;

	if (rate < 0)
		return -1;
	return (int64_t)((double)rate * (double)c->pair->limits.redundancy_gap_ms / 1000 /
	    1024);
}

/* "; lately 12 MiB an hour are written", or "" when that is not known. */
static const char *
rate_text(const struct check *c, char *buf, size_t size)
{
	const struct member *m = c->plan->active;
	int64_t rate = m != NULL ? check_seen(c, m)->write_bytes_per_s : -1;
	char text[48];

	buf[0] = '\0';
	if (rate >= 0)
		str_printf(buf, size, "; lately %s an hour are written",
		    size_text((int64_t)((double)rate * 3600 / 1024), text, sizeof(text)));
	return buf;
}

static void
limited_log(const struct check *c, int64_t files, int64_t file_bytes)
{
	int64_t kib = written_meanwhile_kib(c), room_kib = -1;
	char away[DURATION_TEXT], all[64] = "", text[48], rate[80];
	bool enough;

	if (file_bytes > 0 && files < INT64_MAX / file_bytes)
		room_kib = files * file_bytes / 1024;
	if (room_kib >= 0)
		str_printf(all, sizeof(all), " (%s)",
		    size_text(room_kib, text, sizeof(text)));
	enough = kib >= 0 && room_kib >= 0 && kib < room_kib;
	check_add(c, enough ? SEVERITY_NOTE : SEVERITY_WARNING, NULL,
	    "upgrade when little is written; to raise FAILTHRESHOLD costs a copy of the "
	    "standby and of every subscriber",
	    "FAILTHRESHOLD is %" PRId64 ": a copy for which more than %" PRId64
	    " log file%s%s "
	    "are kept is given up and must be made anew; the standby may be away for %s, and "
	    "so may the old active and each subscriber%s",
	    files, files, files == 1 ? "" : "s", all,
	    duration_text(c->pair->limits.redundancy_gap_ms, away),
	    rate_text(c, rate, sizeof(rate)));
}

static void
unlimited_log(const struct check *c, const struct member *m)
{
	const struct member *active = c->plan->active;
	int64_t kib = written_meanwhile_kib(c);
	int64_t free_kib =
	    active != NULL ? check_number(c, active, "free.log_kib", -1) : -1;
	char away[DURATION_TEXT], rate[80], room[48] = "", text[48];
	bool full = kib >= 0 && free_kib >= 0 && kib >= free_kib;

	if (free_kib >= 0)
		str_printf(room, sizeof(room), ", where %s are free",
		    size_text(free_kib, text, sizeof(text)));
	check_add(c, full ? SEVERITY_WARNING : SEVERITY_NOTE, m,
	    full ? "make room there, lower redundancy_gap, or upgrade when less is written"
		 : "see that the folder of the log has room for what is written in that time",
	    "there is no FAILTHRESHOLD: while a copy is away, for up to %s, all log is "
	    "kept for it%s, and a full disk stops every commit%s",
	    duration_text(c->pair->limits.redundancy_gap_ms, away), room,
	    rate_text(c, rate, sizeof(rate)));
}

void
rule_space_log(const struct check *c)
{
	const struct member *m = check_teller(c, "fail_threshold");
	int64_t files = m != NULL ? check_number(c, m, "fail_threshold", -1) : -1;

	if (!check_is_pair(c))
		return;
	check_untold(c, "fail_threshold", "FAILTHRESHOLD");
	if (files > 0)
		limited_log(c, files, check_number(c, m, "log_file_bytes", -1));
	else if (files == 0)
		unlimited_log(c, m);
}
