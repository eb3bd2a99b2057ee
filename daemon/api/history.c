#include "config.h"

#include <microhttpd.h>

#include "daemon/api/fields.h"
#include "daemon/api/reply.h"
#include "daemon/api/routes.h"
#include "daemon/api/server.h"
#include "daemon/api/views.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MOST    500

static void
found(void *arg, const struct upgrade *u)
{
	(void)u;
	*(bool *)arg = true;
}

/* An upgrade without steps is not the same as no upgrade. */
static int
check_upgrade(const struct request *rq, struct ud_error *err)
{
	struct journal *journal = conductor_journal(rq->api->conductor);
	bool is_found = false;

	if (journal_find(journal, rq->id, found, &is_found, err) != 0)
		return -1;
	if (!is_found)
		return request_no_upgrade(rq->id, err);
	return 0;
}

static void
add_step(void *arg, const struct step_row *s)
{
	(void)json_array_append_new(arg, view_step_row(s));
}

void
history_steps(struct request *rq)
{
	struct journal *journal = conductor_journal(rq->api->conductor);
	json_t *list = json_array(), *doc;
	struct ud_error err = { 0 };

	if (check_upgrade(rq, &err) != 0 ||
	    journal_steps(journal, rq->id, add_step, list, &err) != 0) {
		json_decref(list);
		reply_error(rq, &err);
		return;
	}
	doc = json_object();
	put(doc, "steps", list);
	reply_json(rq, MHD_HTTP_OK, doc);
}

struct command_page {
	json_t *list;
	size_t limit;
	int64_t last;
	bool more;
};

static void
add_command(void *arg, const struct command_row *c)
{
	struct command_page *page = arg;

	if (json_array_size(page->list) >= page->limit) {
		page->more = true;
		return;
	}
	(void)json_array_append_new(page->list, view_command_row(c));
	page->last = c->id;
}

struct step_sought {
	const char *number;
	bool is_found;
};

static void
compare_number(void *arg, const struct step_row *s)
{
	struct step_sought *sought = arg;

	sought->is_found = sought->is_found || str_equal(s->number, sought->number);
}

static bool
is_in_plan(const struct plan *plan, const char *number)
{
	for (enum plan_list l = LIST_FORWARD; l < LISTS; l++)
		for (int i = 0; i < plan->lists[l].count; i++)
			if (str_equal(plan->lists[l].items[i].number, number))
				return true;
	return false;
}

/* One that is begun later may be asked about already, one that is in no plan may not. */
static int
check_step(const struct request *rq, const char *number, struct ud_error *err)
{
	struct conductor *c = rq->api->conductor;
	struct step_sought sought = { .number = number };
	const struct plan *plan = NULL;
	const struct pair *pair = NULL;

	if (journal_steps(conductor_journal(c), rq->id, compare_number, &sought, err) != 0)
		return -1;
	if (sought.is_found ||
	    (conductor_upgrade_by_id(c, rq->id, &pair, &plan) != NULL &&
		is_in_plan(plan, number)))
		return 0;
	(void)ud_fail(err, UD_ENOTFOUND, "upgrade %lld has no step %.32s",
	    (long long)rq->id, number);
	return ud_remedy(err, "upgradectl show %lld (GET /v1/upgrades/%lld/steps) lists them",
	    (long long)rq->id, (long long)rq->id);
}

static int
fill_commands(struct request *rq, struct command_page *page, struct ud_error *err)
{
	struct journal *journal = conductor_journal(rq->api->conductor);
	const char *step = request_query(rq, "step");
	int64_t limit, after;

	if (request_query_int(rq, "limit", 1, LIMIT_MOST, LIMIT_DEFAULT, &limit, err) !=
		0 ||
	    request_query_int(rq, "after", 0, INT64_MAX, 0, &after, err) != 0 ||
	    check_upgrade(rq, err) != 0)
		return -1;
	page->limit = (size_t)limit;
	if (journal_commands(journal, rq->id, step, after, (int)limit + 1, add_command, page,
		err) != 0)
		return -1;
	return step != NULL && json_array_size(page->list) == 0 ? check_step(rq, step, err)
								: 0;
}

void
history_commands(struct request *rq)
{
	struct command_page page = { .list = json_array() };
	struct ud_error err = { 0 };
	json_t *doc;

	if (fill_commands(rq, &page, &err) != 0) {
		json_decref(page.list);
		reply_error(rq, &err);
		return;
	}
	doc = json_object();
	put(doc, "commands", page.list);
	put(doc, "next", page.more ? json_integer(page.last) : json_null());
	reply_json(rq, MHD_HTTP_OK, doc);
}
