#include "tests/unit/journal/fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

char folder[64];

void
folder_make(void)
{
	const char *tmp = getenv("TMPDIR");

	str_printf(folder, sizeof(folder), "%.40s/journalXXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

void
folder_remove(void)
{
	static const char *const names[] = { "lock", "reserve", "journal.db",
		"journal.db-wal", "journal.db-shm", "journal.db-journal", "copy.db",
		"copy.db-wal" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = in_folder(names[i]);

		unlink(path);
		free(path);
	}
	ck_assert_int_eq(rmdir(folder), 0); /* megabytes would be left */
}

char *
in_folder(const char *name)
{
	return mem_printf("%s/%s", folder, name);
}

void
copy_file(const char *from, const char *to)
{
	char *a = in_folder(from), *b = in_folder(to), data[65536];
	int in = open(a, O_RDONLY), out = open(b, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ssize_t n;

	ck_assert_int_ge(in, 0);
	ck_assert_int_ge(out, 0);
	while ((n = read(in, data, sizeof(data))) > 0)
		ck_assert_int_eq(write(out, data, (size_t)n), n);
	close(in);
	close(out);
	free(a);
	free(b);
}

struct journal *
opened(void)
{
	struct ud_error err = { 0 };
	struct journal *j = NULL;

	ck_ok(journal_open(folder, &j, &err));
	return j;
}

void
begin(struct journal *j)
{
	struct ud_error err = { 0 };

	ck_ok(journal_begin(j, &err));
}

void
commit(struct journal *j)
{
	struct ud_error err = { 0 };

	ck_ok(journal_commit(j, &err));
}

/* ---- a pair and its plan ---- */

static char name_sales[] = "sales", name_1[] = "master1", name_2[] = "master2",
	    name_host[] = "host1";
static struct host host = { .name = name_host };
static struct member members[2];
static struct pair pair;
static const struct procedure procedure = { .id = "asp-major", .title = "major" };

/* clang-format off */
static const struct step steps[] = {
	{ .id = "rep-stop", .title = "stop the replication agent of %s" },
	{ .id = "drain",    .title = "wait until %s has everything" },
	{ .id = "fence",    .title = "close %s for writes" },
	{ .id = "activate", .title = "make %s active" },
	{ .id = "pause",    .title = "let the applications pause" },
};
static const struct row rows[] = {
	{ .number = "1", .step = &steps[0] },
	{ .number = "2", .step = &steps[1] },
	{ .number = "3", .step = &steps[2] },
	{ .number = "4", .step = &steps[3] },
	{ .number = "5", .step = &steps[4] },
};
static const int counts[LISTS] = { FORWARD_STEPS, 2, 1, 1 };
/* clang-format on */

static void
make_pair(void)
{
	members[0] = (struct member){ .name = name_1, .host = &host, .pair = &pair };
	members[1] =
	    (struct member){ .name = name_2, .host = &host, .pair = &pair, .index = 1 };
	pair =
	    (struct pair){ .name = name_sales, .members = members, .member_count = 2 };
}

static void
make_list(struct plan *p, enum plan_list l)
{
	struct plan_steps *list = &p->lists[l];

	list->count = counts[l];
	list->items = mem_alloc((size_t)list->count * sizeof(*list->items));
	for (int i = 0; i < list->count; i++) {
		struct plan_step *ps = &list->items[i];

		ps->row = &rows[i];
		ps->step = rows[i].step;
		ps->list = l;
		ps->index = i;
		ps->member = i == 4 ? NULL : &members[i % 2];
		ps->installation = -1;
		str_copy(ps->number, sizeof(ps->number), rows[i].number);
	}
}

struct plan *
plan_made(void)
{
	struct plan *p = mem_alloc(sizeof(*p));

	make_pair();
	p->pair = &pair;
	p->procedure = &procedure;
	p->from = (struct release){ .part = { 11, 2, 1, 9 }, .parts = 4 };
	p->to = (struct release){ .part = { 17 }, .parts = 1 };
	settings_set(&p->options, "parallel", "4");
	settings_set(&p->options, "comment", "\"quoted\" and \xc3\xa4");
	str_list_add(&p->gates, "before-swap");
	str_list_add(&p->gates, "before-destroy");
	p->active = &members[0];
	p->standby = &members[1];
	p->old_installation = mem_alloc(2 * sizeof(int));
	p->new_installation = mem_alloc(2 * sizeof(int));
	for (int i = 0; i < 2; i++)
		p->old_installation[i] = p->new_installation[i] = -1;
	for (int l = 0; l < LISTS; l++)
		make_list(p, (enum plan_list)l);
	str_copy(p->hash, sizeof(p->hash), "3f2a");
	return p;
}

struct upgrade *
upgrade_made(const struct plan *plan)
{
	struct upgrade *u = upgrade_new(plan);

	settings_set(&u->installations, "master1", "old/new");
	str_copy(u->created_by, sizeof(u->created_by), "uid 0 (root)");
	u->state = UPGRADE_RUNNING;
	u->list = LIST_BACKOUT;
	u->walk.pos = 1;
	u->resume_pos = 2;
	u->revision = 7;
	u->hold = u->abort_asked = u->past_return = u->swap_held = true;
	u->pause_list = LIST_UNDO;
	u->pause_pos = 3;
	u->pause_started_wall_ms = 1111;
	u->pause_total_ms = 2222;
	u->state_since_wall_ms = 3333;
	settings_set(&u->notes, "bookmark", "14/2047560");
	settings_set(&u->notes, "policy", "always");
	u->notes_dirty = true;
	ud_fail(&u->error, UD_EUTILITY, "ttRepAdmin refused");
	ud_remedy(&u->error, "look at its log");
	u->created_wall_ms = 4444;
	u->started_wall_ms = 5555;
	return u;
}

int64_t
upgrade_put(struct journal *j, struct upgrade *u, const struct plan *plan)
{
	struct ud_error err = { 0 };

	begin(j);
	ck_ok(journal_put_upgrade(j, u, &err));
	ck_ok(journal_put_steps(j, u, plan, &err));
	commit(j);
	return u->id;
}

struct command_row
command_made(int64_t upgrade, const char *number)
{
	struct command_row c = {
		.upgrade = upgrade,
		.list = 'f',
		.pos = 1,
		.attempt = 2,
		.clean_up = true,
		.started_wall_ms = 1000,
		.text = mem_strdup("ttAdmin -repStop master1"),
	};

	str_copy(c.number, sizeof(c.number), number);
	str_copy(c.step, sizeof(c.step), "rep-stop");
	str_copy(c.member, sizeof(c.member), "master1");
	str_copy(c.host, sizeof(c.host), "host1");
	str_copy(c.kind, sizeof(c.kind), "job");
	return c;
}

int64_t
number_in_file(const char *sql)
{
	char *path = in_folder("journal.db");
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	int64_t n;

	ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL),
	    SQLITE_OK);
	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK, "%s: %s",
	    sql, sqlite3_errmsg(db));
	ck_assert_int_eq(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	free(path);
	return n;
}
