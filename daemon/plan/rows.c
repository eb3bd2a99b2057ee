/* Rows to steps: members one by one, limits, gates, ranges, the hash. */
#include "config.h"

#include <string.h>

#include "common/mem.h"
#include "daemon/model/engine.h"
#include "daemon/plan/internal.h"

static const struct row *
table_of(const struct procedure *p, enum plan_list list)
{
	switch (list) {
	case LIST_FORWARD:
		return p->forward;
	case LIST_UNDO:
		return p->undo;
	case LIST_BACKOUT:
		return p->backout;
	case LIST_UNDO_BACKOUT:
		return p->undo_backout;
	case LISTS:
		break;
	}
	return NULL;
}

static int64_t
limit_of(const struct pair *p, const struct row *row)
{
	switch (row->limit) {
	case LIMIT_FIXED:
		return (int64_t)row->limit_s * 1000;
	case LIMIT_WRITE_PAUSE:
		return p->limits.write_pause_ms;
	case LIMIT_AGENT_STOP:
		return p->limits.agent_stop_ms;
	case LIMIT_DRAIN:
		return p->limits.drain_ms;
	case LIMIT_MIGRATE:
		return p->limits.migrate_ms;
	case LIMIT_DUPLICATE:
		return p->limits.duplicate_ms;
	case LIMIT_GAP:
		return p->limits.redundancy_gap_ms;
	}
	return 0;
}

/* Does the pair, or the one who starts the upgrade, ask for this gate? */
static bool
gate_wanted(const struct plan *plan, const char *gate)
{
	for (size_t i = 0; i < plan->gates.count; i++)
		if (str_equal(plan->gates.items[i], gate) ||
		    str_equal(plan->gates.items[i], "every-step"))
			return true;
	return false;
}

static bool
every_step(const struct plan *plan)
{
	return plan->gates.count == 1 && str_equal(plan->gates.items[0], "every-step");
}

/* The site has no hook for it: a person does it and says so by approving. */
static const char *
gate_by_hand(const struct plan *plan, const struct row *row)
{
	const struct pair *p = plan->pair;

	if (p->hooks[row->step->hook].count > 0 || row->step->hook_optional)
		return NULL;
	switch (row->step->hook) {
	case HOOK_PAUSE_WRITES:
		return "writes-paused";
	case HOOK_RESUME_WRITES:
		return "writes-resumed";
	case HOOK_NONE:
	case HOOK_INSTALL: /* only when the release is not there yet: the step's probe asks */
	case HOOK_NOTIFY:
	case HOOKS:
		break;
	}
	return NULL;
}

static void
set_gate(const struct plan *plan, struct plan_step *ps, bool first)
{
	const char *by_hand = gate_by_hand(plan, ps->row);

	ps->gate_off = ps->row->gate != NULL && !gate_wanted(plan, ps->row->gate);
	if (by_hand != NULL)
		ps->gate = by_hand;
	else if (ps->row->gate != NULL && first && !ps->gate_off)
		ps->gate = ps->row->gate;
	else if (ps->list == LIST_FORWARD && every_step(plan) &&
	    ps->step->build != NULL && (ps->row->flags & ROW_IN_SWAP) == 0)
		ps->gate = "every-step";
}

static void
set_range(const struct plan *plan, struct plan_step *ps)
{
	enum plan_list of = ps->list == LIST_UNDO_BACKOUT ? LIST_UNDO : LIST_FORWARD;
	const char *until = ps->row->until != NULL ? ps->row->until : ps->row->from;

	ps->from = ps->until = -1;
	if (ps->list == LIST_FORWARD || ps->row->from == NULL)
		return;
	ps->from = plan_find(plan, of, ps->row->from);
	for (int i = 0; i < plan->lists[of].count; i++)
		if (str_equal(plan->lists[of].items[i].row->number, until))
			ps->until = i;
}

static void
add_step(struct plan *plan, enum plan_list list, const struct row *row,
    const struct member *m, const struct member *peer, int turn)
{
	struct plan_steps *steps = &plan->lists[list];
	struct plan_step *ps;

	steps->items = mem_array(steps->items, (size_t)steps->count + 1, sizeof(*ps));
	ps = &steps->items[steps->count];
	memset(ps, 0, sizeof(*ps));
	ps->row = row;
	ps->step = row->step;
	ps->list = list;
	ps->index = steps->count++;
	ps->member = m;
	ps->peer = peer;
	ps->installation = -1;
	ps->past_ms = -1;
	ps->section_from = ps->section_until = ps->lane_from = ps->lane_until = -1;
	if (m != NULL && row->side == SIDE_OLD)
		ps->installation = plan->old_installation[m->index];
	if (m != NULL && row->side == SIDE_NEW)
		ps->installation = plan->new_installation[m->index];
	ps->limit_ms = limit_of(plan->pair, row);
	if (turn > 1)
		str_printf(ps->number, sizeof(ps->number), "%s/%d", row->number, turn);
	else
		str_copy(ps->number, sizeof(ps->number), row->number);
	set_gate(plan, ps, turn <= 1);
	set_range(plan, ps);
}

/* How many subscribers its data pass before they reach this one. */
static size_t
depth_of(const struct member *m)
{
	size_t depth = 0;

	while ((m = member_upstream(m)) != NULL && m->subscriber &&
	    depth < m->pair->member_count)
		depth++;
	return depth;
}

/* Is the row part of this plan, by its options? */
static bool
is_asked(const struct plan *plan, const struct row *row)
{
	char key[64];
	size_t len;
	bool not;

	if (row->option == NULL)
		return true;
	len = strcspn(row->option, "!=");
	not = row->option[len] == '!';
	str_printf(key, sizeof(key), "%.*s", (int)len, row->option);
	if (row->option[len] == '\0')
		return settings_get(&plan->options, key) != NULL;
	return settings_is(&plan->options, key, row->option + len + 1 + not) != not;
}

static void
add_block(struct plan *plan, enum plan_list list, const struct row *first,
    const struct member *m, int turn)
{
	const struct member *source = member_upstream(m);

	for (const struct row *row = first; row->number != NULL && row->who == first->who;
	     row++)
		if (is_asked(plan, row))
			add_step(plan, list, row, m,
			    source != NULL ? source : plan->active, turn);
}

/* The subscribers by index in the order of their turns: those that the option names first, as
 * it names them. Returns how many. */
static size_t
order_subscribers(const struct plan *plan, const struct member **ret)
{
	const struct pair *p = plan->pair;
	const char *list = settings_get(&plan->options, PLAN_SUBSCRIBERS);
	char name[NAME_MAX_BYTES];
	size_t n = 0;

	for (size_t i = 0; list != NULL && option_name(list, i, name, sizeof(name)); i++)
		if (pair_member(p, name) != NULL && n < MEMBERS_MAX)
			ret[n++] = pair_member(p, name);
	for (size_t i = 0; i < p->member_count; i++) {
		bool named = false;

		for (size_t k = 0; k < n; k++)
			named = named || ret[k] == &p->members[i];
		if (p->members[i].subscriber && !named && n < MEMBERS_MAX)
			ret[n++] = &p->members[i];
	}
	return n;
}

/* ---- side by side ---- */

#define NEVER_BESIDE                                                                       \
	(ROW_OPENS_PAUSE | ROW_CLOSES_PAUSE | ROW_ACTIVATES | ROW_NO_RETURN | ROW_HOLDS_SWAP | \
	    ROW_NEEDS_PROOF | ROW_IN_SWAP | ROW_COMMITS | ROW_SWAP_BEGINS)

/* Is the write pause open behind the last step of the list? */
static bool
pause_is_planned(const struct plan_steps *steps)
{
	bool open = false;

	for (int i = 0; i < steps->count; i++)
		if ((steps->items[i].row->flags & ROW_CLOSES_PAUSE) != 0)
			open = false;
		else if ((steps->items[i].row->flags & ROW_OPENS_PAUSE) != 0)
			open = true;
	return open;
}

/* May the steps from first on be walked for several subscribers at once? Not in a swap, and not
 * where a gate stands between them that is asked at the first subscriber only. */
static bool
may_be_beside(const struct plan *plan, enum plan_list list, int first)
{
	const struct plan_steps *steps = &plan->lists[list];

	if (list != LIST_FORWARD || plan->side_by_side < 2 || pause_is_planned(steps) ||
	    first == steps->count)
		return false;
	for (int i = first; i < steps->count; i++) {
		const struct row *row = steps->items[i].row;

		if ((row->flags & NEVER_BESIDE) != 0 ||
		    (row->gate != NULL && row != steps->items[first].row))
			return false;
	}
	return steps->items[steps->count - 1].member != steps->items[first].member;
}

/* The site's hook for a host is not called twice at once. */
static bool
is_host_alone(const struct plan *plan, const struct plan_steps *steps, int first)
{
	for (int i = first; i < steps->count; i++)
		if (steps->items[i].step->hook != HOOK_NONE)
			return true;
	return plan->pair->engine->host_is_shared;
}

static void
set_section(struct plan *plan, enum plan_list list, int first)
{
	struct plan_steps *steps = &plan->lists[list];
	bool host_alone;

	if (!may_be_beside(plan, list, first))
		return;
	host_alone = is_host_alone(plan, steps, first);
	for (int i = first; i < steps->count; i++) {
		struct plan_step *ps = &steps->items[i];

		ps->section_from = first;
		ps->section_until = steps->count - 1;
		ps->lane_from = i > first && steps->items[i - 1].member == ps->member
		    ? steps->items[i - 1].lane_from
		    : i;
		ps->host_alone = host_alone;
		for (int k = ps->lane_from; k <= i; k++)
			steps->items[k].lane_until = i;
	}
}

/* A block of rows for subscribers is gone through for one after another, or side by side for
 * those of one depth. Its end. */
static const struct row *
add_subscribers(struct plan *plan, enum plan_list list, const struct row *first)
{
	const struct member *order[MEMBERS_MAX];
	const struct row *row = first;
	size_t deepest = 0, count = order_subscribers(plan, order);
	int turn = 0;

	for (size_t i = 0; i < count; i++)
		if (depth_of(order[i]) > deepest)
			deepest = depth_of(order[i]);
	for (size_t k = 0; k <= deepest; k++) {
		int from = plan->lists[list].count;

		for (size_t i = 0; i < count; i++)
			if (depth_of(order[i]) ==
			    (first->who == WHO_LEAVES ? deepest - k : k))
				add_block(plan, list, first, order[i], ++turn);
		set_section(plan, list, from);
	}
	while (row->number != NULL && row->who == first->who)
		row++;
	return row;
}

void
plan_rows(struct plan *plan, enum plan_list list)
{
	const struct row *row = table_of(plan->procedure, list);

	while (row != NULL && row->number != NULL) {
		if (!is_asked(plan, row)) {
			row++;
			continue;
		}
		switch (row->who) {
		case WHO_NONE:
			add_step(plan, list, row, NULL, NULL, 0);
			break;
		case WHO_ACTIVE:
			add_step(plan, list, row, plan->active, plan->standby, 0);
			break;
		case WHO_STANDBY:
			if (plan->standby != NULL)
				add_step(plan, list, row, plan->standby, plan->active,
				    0);
			break;
		case WHO_SUBSCRIBERS:
		case WHO_LEAVES:
			row = add_subscribers(plan, list, row);
			continue;
		}
		row++;
	}
}

/* FNV-1a, 64 bits: it names a plan, it does not authenticate it. */
static uint64_t
mix(uint64_t h, const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3ULL;
	return (h ^ 0xff) * 0x100000001b3ULL;
}

void
plan_hash(struct plan *plan)
{
	char text[RELEASE_TEXT];
	uint64_t h = 0xcbf29ce484222325ULL;

	h = mix(h, plan->pair->name);
	h = mix(h, plan->procedure->id);
	h = mix(h, release_text(&plan->from, text));
	h = mix(h, release_text(&plan->to, text));
	for (size_t i = 0; i < plan->options.count; i++) {
		h = mix(h, plan->options.items[i].key);
		h = mix(h, plan->options.items[i].value);
	}
	for (int l = 0; l < LISTS; l++)
		for (int i = 0; i < plan->lists[l].count; i++) {
			const struct plan_step *ps = &plan->lists[l].items[i];
			const struct installation *in = NULL;

			if (ps->member != NULL)
				in = member_installation(ps->member, ps->installation);
			h = mix(h, ps->number);
			h = mix(h, ps->step->id);
			h = mix(h, ps->member != NULL ? ps->member->name : "");
			h = mix(h, in != NULL ? in->bin : "");
			h = mix(h, ps->gate);
		}
	str_printf(plan->hash, sizeof(plan->hash), "%016llx", (unsigned long long)h);
}
