/* What is in the database: character set, tables, sizes, limits of the log. */
#include "config.h"

#include "daemon/engine/timesten/rules_parts.h"

#include <inttypes.h>
#include <string.h>

#include "common/duration.h"
#include "common/release.h"

void
rule_charset_equal(const struct check *c)
{
	const struct member *teller = check_teller(c, "charset");
	const char *all = teller != NULL ? check_detail(c, teller, "charset") : NULL;

	if (check_procedure_is(c, "convert-charset") && all != NULL &&
	    !str_equal_nocase(all, "TIMESTEN8"))
		check_warn(c, teller,
		    "look at the data with characters of their own first",
		    "characters of %s that the new character set does not have are replaced "
		    "while ttMigrate restores",
		    all);
	for (size_t i = 0; all != NULL && i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *own = check_detail(c, m, "charset");

		if (own != NULL && !str_equal_nocase(own, all))
			check_block(c, m,
			    "make it anew as a copy with the same character set",
			    "the character set of %s is %s, that of %s is %s; replication "
			    "does not convert",
			    m->name, own, teller->name, all);
	}
	check_untold_each(c, "charset", "DatabaseCharacterSet");
}

/* Attributes that releases before 11.2.2 do not have: absent is not unknown. */
void
rule_parallel_equal(const struct check *c)
{
	static const char *const keys[] = { "parallelism", "apply_ordering" };
	static const char *const names[] = { "ReplicationParallelism",
		"ReplicationApplyOrdering" };

	for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
		const struct member *teller = check_teller(c, keys[k]);
		const char *all =
		    teller != NULL ? check_detail(c, teller, keys[k]) : NULL;

		for (size_t i = 0; all != NULL && i < c->pair->member_count; i++) {
			const struct member *m = &c->pair->members[i];
			const char *own = check_detail(c, m, keys[k]);

			if (own != NULL && !str_equal_nocase(own, all))
				check_warn(c, m,
				    "give all DSNs, old and new, one value",
				    "%s of %s is %s, that of %s is %s", names[k],
				    m->name, own, teller->name, all);
		}
	}
}

/* ---- definitions ---- */

/* Names of tables with commas, without the copies of schemes that ttMigrate leaves. */
static size_t
list_tables(const char *names, struct buf *ret)
{
	size_t n = 0;

	while (*(names += strspn(names, " ")) != '\0') {
		size_t len = strcspn(names, " ");

		if (!str_starts_nocase(names, "TTREP_SCHEMA_VERSION_"))
			buf_addf(ret, "%s%.*s", n++ > 0 ? ", " : "", (int)len, names);
		names += len;
	}
	return n;
}

void
rule_tables_key(const struct check *c)
{
	const struct member *m = check_teller(c, "tables_without_key");
	struct buf list = { 0 };
	size_t n;

	if (!check_is_pair(c))
		return;
	check_untold(c, "tables_without_key", "which tables have a primary key");
	if (m == NULL)
		return;
	n = list_tables(check_detail(c, m, "tables_without_key"), &list);
	if (n > 0)
		check_block(c, m,
		    "add a primary key, or a unique index over columns that are not null, or "
		    "drop the table",
		    "%zu table%s without a key cannot be replicated; what the old active has "
		    "there would be lost with it: %s",
		    n, n == 1 ? "" : "s", buf_text(&list));
	buf_done(&list);
}

static void
compare_definitions(const struct check *c, const struct member *teller)
{
	const char *all = check_detail(c, teller, "schema_fingerprint");
	struct buf members = { 0 };

	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *own = check_detail(c, m, "schema_fingerprint");

		if (own != NULL && !str_equal(own, all))
			check_name(&members, m);
	}
	if (members.len > 0)
		check_warn(c, NULL, "compare the tables before the upgrade begins",
		    "tables or columns of %s are not those of %s", buf_text(&members),
		    teller->name);
	buf_done(&members);
}

void
rule_ddl_freeze(const struct check *c)
{
	const struct member *teller = check_teller(c, "schema_fingerprint");

	if (check_does(c, "same-schema"))
		check_note(c, NULL,
		    "allow no CREATE, ALTER or DROP until the upgrade is completed",
		    "definitions do not replicate between releases: tables and columns are compared "
		    "before the swap and before the old active is destroyed, and a difference stops "
		    "the upgrade");
	if (!check_is_pair(c))
		return;
	check_untold(c, "schema_fingerprint", "the list of columns");
	if (teller != NULL)
		compare_definitions(c, teller);
}

/* ---- space ---- */

static const char *
size_text(int64_t kib, char *buf, size_t size)
{
	if (kib >= INT64_C(10) << 20)
		str_printf(buf, size, "%" PRId64 " GiB", (kib + (1 << 20) - 1) >> 20);
	else
		str_printf(buf, size, "%" PRId64 " MiB", (kib + 1023) >> 10);
	return buf;
}

static const char *
export_directory(const struct member *m)
{
	if (m->host->backup_directory != NULL)
		return m->host->backup_directory;
	return m->host->job_directory != NULL ? m->host->job_directory : "/var/tmp";
}

void
rule_space_disk(const struct check *c)
{
	const struct member *m = c->plan->standby, *teller = m;
	int64_t kib;
	char text[48];

	if (!check_is_pair(c))
		m = teller = c->plan->active;
	if (m == NULL ||
	    (check_is_pair(c) ? release_same_major(&c->plan->from, &c->plan->to)
			      : !check_does(c, "place-free")))
		return;
	if (check_number(c, m, "perm_in_use_kib", -1) < 0)
		teller = check_teller(c, "perm_in_use_kib");
	kib = teller != NULL ? check_number(c, teller, "perm_in_use_kib", -1) : -1;
	if (kib < 0) {
		check_untold(c, "perm_in_use_kib", "perm_in_use_size");
		return;
	}
	size_text(kib, text, sizeof(text));
	check_note(c, m,
	    "see that there is room; free space is not measured. PermSize of the new DSNs "
	    "must not be below that either",
	    "the export of %s needs about %s in %s on host %s", m->name, text,
	    export_directory(m), m->host->name);
}

static void
limited_log(const struct check *c, const struct member *m, int64_t files)
{
	int64_t bytes = check_number(c, m, "log_file_bytes", -1);
	char away[DURATION_TEXT], all[64] = "", text[48];

	if (bytes > 0 && files < INT64_MAX / bytes)
		str_printf(all, sizeof(all), " (%s)",
		    size_text(files * bytes / 1024, text, sizeof(text)));
	check_warn(c, NULL,
	    "upgrade when little is written; to raise FAILTHRESHOLD costs a copy of the "
	    "standby and of every subscriber",
	    "FAILTHRESHOLD is %" PRId64 ": a copy for which more than %" PRId64
	    " log file%s%s "
	    "are kept is given up and must be made anew; the standby may be away for %s, and "
	    "so may the old active and each subscriber",
	    files, files, files == 1 ? "" : "s", all,
	    duration_text(c->pair->limits.redundancy_gap_ms, away));
}

void
rule_space_log(const struct check *c)
{
	const struct member *m = check_teller(c, "fail_threshold");
	int64_t files = m != NULL ? check_number(c, m, "fail_threshold", -1) : -1;
	char away[DURATION_TEXT];

	if (!check_is_pair(c))
		return;
	check_untold(c, "fail_threshold", "FAILTHRESHOLD");
	if (files > 0)
		limited_log(c, m, files);
	else if (files == 0)
		check_note(c, m,
		    "see that the folder of the log has room for what is written in that time",
		    "there is no FAILTHRESHOLD: while a copy is away, for up to %s, all log is "
		    "kept for it, and a full disk stops every commit",
		    duration_text(c->pair->limits.redundancy_gap_ms, away));
}
