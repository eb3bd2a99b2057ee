/*
 * How long steps take that are walked one after another, but for those of subscribers that have
 * their turns side by side: a section takes as long as the last of its lanes to end.
 */
#include "config.h"

#include "daemon/model/plan.h"

#include "daemon/model/pair.h"

struct lane {
	const struct plan_step *first;
	int64_t ms, end_ms;
	bool begun;
};

static bool
is_in_hand(const struct lane *l, int64_t now_ms)
{
	return l->begun && l->end_ms > now_ms;
}

/* The first that may begin now, as the core chooses it; -1: none. */
static int
next_lane(const struct lane *lanes, int count, int places, int64_t now_ms)
{
	int in_hand = 0;

	for (int i = 0; i < count; i++)
		in_hand += is_in_hand(&lanes[i], now_ms);
	for (int i = 0; i < count && in_hand < places; i++) {
		bool waits = lanes[i].begun;

		for (int k = 0; lanes[i].first->host_alone && k < count; k++)
			waits = waits || (is_in_hand(&lanes[k], now_ms) &&
			    lanes[k].first->member->host == lanes[i].first->member->host);
		if (!waits)
			return i;
	}
	return -1;
}

static int64_t
next_end_ms(const struct lane *lanes, int count, int64_t now_ms)
{
	int64_t at_ms = INT64_MAX;

	for (int i = 0; i < count; i++)
		if (is_in_hand(&lanes[i], now_ms) && lanes[i].end_ms < at_ms)
			at_ms = lanes[i].end_ms;
	return at_ms;
}

static int64_t
walk_ms(struct lane *lanes, int count, int places)
{
	int64_t now_ms = 0, last_ms = 0;

	for (int left = count; left > 0;) {
		int next = next_lane(lanes, count, places, now_ms);

		if (next < 0) {
			now_ms = next_end_ms(lanes, count, now_ms);
			continue;
		}
		lanes[next].begun = true;
		lanes[next].end_ms = now_ms + lanes[next].ms;
		if (lanes[next].end_ms > last_ms)
			last_ms = lanes[next].end_ms;
		left--;
	}
	return last_ms;
}

static int64_t
section_ms(const struct plan *p, const struct plan_step *of, const int64_t *ms)
{
	const struct plan_step *items = p->lists[of->list].items;
	struct lane lanes[MEMBERS_MAX];
	int count = 0;

	for (int i = of->section_from; i <= of->section_until; count++) {
		struct lane *l = &lanes[count];

		*l = (struct lane){ .first = &items[i] };
		for (; i <= l->first->lane_until; i++)
			l->ms += ms[i];
	}
	return walk_ms(lanes, count, p->side_by_side);
}

int64_t
plan_time_ms(const struct plan *p, enum plan_list list, int from, const int64_t *ms)
{
	const struct plan_steps *steps = &p->lists[list];
	int64_t sum = 0;

	for (int i = from; i < steps->count; i++)
		if (ms[i] < 0)
			return -1;
	for (int i = from; i < steps->count; i++)
		if (p->side_by_side > 1 && steps->items[i].section_from == i) {
			sum += section_ms(p, &steps->items[i], ms);
			i = steps->items[i].section_until;
		} else {
			sum += ms[i];
		}
	return sum;
}
