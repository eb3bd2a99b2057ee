#include "config.h"

#include "daemon/plan/asked.h"

#include <string.h>

#include "common/buf.h"
#include "daemon/model/engine.h"
#include "daemon/model/upgrade.h"
#include "daemon/plan/propose.h"

/* ---- which procedure ---- */

static int
runs_already(const struct plan *plan, struct ud_error *err)
{
	char text[RELEASE_TEXT];

	ud_fail(err, UD_EUSAGE, "%s runs release %s already", plan->pair->name,
	    release_text(&plan->to, text));
	return ud_remedy(err,
	    "name another release with --to, or a procedure that keeps it with --procedure");
}

static int
procedure_unknown(const struct engine *e, const char *id, struct ud_error *err)
{
	const struct no_counterpart *r = e->refused;
	char list[256] = "";

	for (; r != NULL && r->procedure != NULL; r++)
		if (str_equal(r->procedure, id)) {
			ud_fail(err, UD_EBLOCKED, "%s has no procedure %s: %s",
			    e->title, id, r->reason);
			return ud_remedy(err, "%s", r->remedy);
		}
	for (int i = 0; e->procedures[i] != NULL; i++) {
		size_t len = strlen(list);

		str_printf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "",
		    e->procedures[i]->id);
	}
	ud_fail(err, UD_EUSAGE, "%s has no procedure %s", e->title, id);
	return ud_remedy(err, "known: %s", list);
}

static int
no_procedure(const struct plan *plan, const struct proposal *pr, struct ud_error *err)
{
	struct buf reasons = { 0 };

	proposal_reasons(pr, &reasons);
	ud_fail(err, UD_EBLOCKED, "no procedure leads there: %s", buf_text(&reasons));
	buf_done(&reasons);
	return ud_remedy(err, "upgradectl procedures %s says what each needs",
	    plan->pair->engine->name);
}

static int
find_proposed(struct plan *plan, const struct observation *seen, struct ud_error *err)
{
	struct proposal pr = { 0 };
	int rc = 0;

	if (release_compare(&plan->from, &plan->to) == 0)
		return runs_already(plan, err);
	plan_propose(plan->pair, &plan->from, &plan->to, seen, &pr);
	plan->procedure = pr.best;
	str_copy(plan->why, sizeof(plan->why), pr.why);
	if (pr.best == NULL)
		rc = no_procedure(plan, &pr, err);
	proposal_done(&pr);
	return rc;
}

static int
find_named(struct plan *plan, const char *id, struct ud_error *err)
{
	const struct engine *e = plan->pair->engine;
	const struct procedure *pr = NULL;
	char why[192] = "";

	for (int i = 0; e->procedures[i] != NULL && pr == NULL; i++)
		if (strcmp(id, e->procedures[i]->id) == 0)
			pr = e->procedures[i];
	if (pr == NULL)
		return procedure_unknown(e, id, err);
	if (release_compare(&plan->from, &plan->to) == 0 && !pr->same_release)
		return runs_already(plan, err);
	if (pr->applies(plan->pair, &plan->from, &plan->to, why, sizeof(why))) {
		plan->procedure = pr;
		return 0;
	}
	ud_fail(err, UD_EBLOCKED, "no procedure leads there: %s: %s", pr->id, why);
	return ud_remedy(err, "upgradectl procedures %s says what each needs", e->name);
}

static int
check_values(const struct plan *plan, struct ud_error *err)
{
	const struct engine *e = plan->pair->engine;

	for (size_t i = 0; e->check_option != NULL && i < plan->options.count; i++)
		if (e->check_option(plan->pair, plan->options.items[i].key,
			plan->options.items[i].value, &plan->to, NULL, err) != 0)
			return -1;
	return 0;
}

int
asked_procedure(struct plan *plan, const char *id, const struct observation *seen,
    struct ud_error *err)
{
	if (check_values(plan, err) != 0)
		return -1;
	return id != NULL ? find_named(plan, id, err) : find_proposed(plan, seen, err);
}

/* ---- which options ---- */

static int
option_unknown(const struct plan *plan, const char *key, struct ud_error *err)
{
	struct buf list = { 0 };

	option_list(plan->pair->engine, plan->procedure, &list);
	ud_fail(err, UD_EUSAGE, "procedure %s has no option %.64s", plan->procedure->id,
	    key);
	ud_remedy(err, "known: %s", buf_text(&list));
	buf_done(&list);
	return -1;
}

static int
check_order(const struct plan *plan, const char *list, struct ud_error *err)
{
	struct buf names = { 0 };
	char name[NAME_MAX_BYTES];

	if (option_subscribers(plan->pair, list, name, sizeof(name)))
		return 0;
	for (size_t i = 0; i < plan->pair->member_count; i++)
		if (plan->pair->members[i].subscriber)
			buf_addf(&names, "%s%s", names.len > 0 ? "," : "",
			    plan->pair->members[i].name);
	ud_fail(err, UD_EUSAGE,
	    "option subscribers: \"%s\" is no subscriber of %s, or stands twice", name,
	    plan->pair->name);
	ud_remedy(err, "%s%s",
	    names.len > 0 ? "say some of them, in their order: " : "the pair has none",
	    buf_text(&names));
	buf_done(&names);
	return -1;
}

static int
check_options(const struct plan *plan, struct ud_error *err)
{
	const struct engine *e = plan->pair->engine;

	for (size_t i = 0; i < plan->options.count; i++) {
		const struct setting *s = &plan->options.items[i];
		const char *option = option_find(e, plan->procedure, s->key);

		if (option == NULL)
			return option_unknown(plan, s->key, err);
		if (!option_takes(option, s->value)) {
			ud_fail(err, UD_EUSAGE,
			    "option %s of procedure %s cannot be %.64s", s->key,
			    plan->procedure->id, s->value);
			return ud_remedy(err, "say %s", option);
		}
		if (str_equal(s->key, PLAN_SUBSCRIBERS) &&
		    check_order(plan, s->value, err) != 0)
			return -1;
		if (e->check_option != NULL &&
		    e->check_option(plan->pair, s->key, s->value, &plan->to,
			&plan->options, err) != 0)
			return -1;
	}
	return 0;
}

/* The value was checked. */
static int
side_by_side(const struct plan *plan)
{
	const char *value = settings_get(&plan->options, PLAN_SIDE_BY_SIDE);
	int64_t n;

	if (value != NULL && str_equal(value, PLAN_SIDE_BY_SIDE_ALL))
		return LANES_MAX;
	return value != NULL && str_to_int(value, 1, LANES_MAX, &n) ? (int)n : 1;
}

void
asked_add_pair_options(struct plan *plan)
{
	const struct str_list *list = &plan->pair->options;

	for (size_t i = 0; i < list->count; i++) {
		const char *equals = strchr(list->items[i], '=');
		char key[64];

		str_printf(key, sizeof(key), "%.*s", (int)(equals - list->items[i]),
		    list->items[i]);
		if (settings_get(&plan->options, key) == NULL &&
		    option_find(plan->pair->engine, plan->procedure, key) != NULL)
			settings_set(&plan->options, key, equals + 1);
	}
}

int
asked_options(struct plan *plan, struct ud_error *err)
{
	if (check_options(plan, err) != 0)
		return -1;
	plan->side_by_side = side_by_side(plan);
	return 0;
}

/* ---- which gates ---- */

/* A gate that stands before a row of any procedure of the engine: of another one it does not
 * hold this upgrade. *list gets the names that are new to it. */
static bool
is_gate(const struct engine *e, const char *id, char *list, size_t size)
{
	bool known = strcmp(id, "every-step") == 0 || strcmp(id, "none") == 0;

	str_copy(list, size, "every-step, none");
	for (int i = 0; e->procedures[i] != NULL; i++) {
		const struct row *row = e->procedures[i]->forward;

		for (; row != NULL && row->number != NULL; row++) {
			size_t len = strlen(list);

			if (row->gate == NULL)
				continue;
			known = known || strcmp(row->gate, id) == 0;
			if (strstr(list, row->gate) == NULL)
				str_printf(list + len, size - len, ", %s", row->gate);
		}
	}
	return known;
}

static bool
is_whole_answer(const char *gate)
{
	return str_equal(gate, "none") || str_equal(gate, "every-step");
}

int
asked_gates(const struct plan *plan, const struct str_list *gates, struct ud_error *err)
{
	char list[256];

	for (size_t i = 0; gates != NULL && i < gates->count; i++) {
		if (gates->count > 1 && is_whole_answer(gates->items[i])) {
			ud_fail(err, UD_EUSAGE, "gates: \"%s\" among others",
			    gates->items[i]);
			return ud_remedy(err, "say it alone, or name gates");
		}
		if (is_gate(plan->pair->engine, gates->items[i], list, sizeof(list)))
			continue;
		ud_fail(err, UD_EUSAGE, "procedure %s has no gate %.60s",
		    plan->procedure->id, gates->items[i]);
		return ud_remedy(err, "known: %s", list);
	}
	return 0;
}
