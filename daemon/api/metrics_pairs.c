/* Pairs, members and upgrades under way. */
#include "config.h"

#include "common/clock.h"
#include "daemon/api/metrics.h"
#include "daemon/conductor/conductor.h"
#include "daemon/core/core.h"

static void
add_states(struct buf *out, struct conductor *c)
{
	const struct inventory *inv = conductor_inventory(c);
	int64_t counts[PAIR_STATES] = { 0 };
	char labels[48];

	for (size_t i = 0; i < inventory_count(inv); i++)
		counts[conductor_pair_state(c, inventory_pair(inv, i))]++;
	metric_head(out, "upgraded_pairs", "gauge", "Pairs by state.");
	for (int s = 0; s < PAIR_STATES; s++) {
		str_printf(labels, sizeof(labels), "state=\"%s\"",
		    pair_state_name((enum pair_state)s));
		metric_count(out, "upgraded_pairs", labels, counts[s]);
	}
}

/* ---- members ---- */

/* One line of one metric for one member; base has the labels pair and member. */
typedef void member_line(struct buf *out, const char *name, const struct member *m,
    const struct observation *o, const struct buf *base);

static void
info_line(struct buf *out, const char *name, const struct member *m,
    const struct observation *o, const struct buf *base)
{
	struct release release = observation_release(o);
	struct buf labels = { 0 };
	char text[RELEASE_TEXT];

	buf_adds(&labels, buf_text(base));
	metric_label(&labels, "host", m->host ? m->host->name : "");
	metric_label(&labels, "role", role_name(o->role));
	metric_label(&labels, "release",
	    release_is_set(&release) ? release_text(&release, text) : "");
	metric_count(out, name, buf_text(&labels), 1);
	buf_done(&labels);
}

static void
reachable_line(struct buf *out, const char *name, const struct member *m,
    const struct observation *o, const struct buf *base)
{
	(void)m;
	if (o->reachable != FACT_UNKNOWN)
		metric_count(out, name, buf_text(base), o->reachable == FACT_YES);
}

static void
lag_bytes_line(struct buf *out, const char *name, const struct member *m,
    const struct observation *o, const struct buf *base)
{
	(void)m;
	if (o->lag_bytes >= 0)
		metric_count(out, name, buf_text(base), o->lag_bytes);
}

static void
lag_seconds_line(struct buf *out, const char *name, const struct member *m,
    const struct observation *o, const struct buf *base)
{
	(void)m;
	metric_seconds(out, name, buf_text(base), o->lag_ms);
}

static void
age_line(struct buf *out, const char *name, const struct member *m,
    const struct observation *o, const struct buf *base)
{
	int64_t newest = 0, now_ms = clock_mono_ms();

	(void)m;
	for (int i = 0; i < LOOKS; i++)
		if (o->at_ms[i] > newest)
			newest = o->at_ms[i];
	if (newest > 0)
		metric_seconds(out, name, buf_text(base),
		    now_ms > newest ? now_ms - newest : 0);
}

/* clang-format off */
static const struct { const char *name, *help; member_line *line; } member_metrics[] = {
	{ "upgraded_member_info", "What a member was seen to be; always 1.", info_line },
	{ "upgraded_member_reachable", "Whether host and instance answer.", reachable_line },
	{ "upgraded_replication_lag_bytes", "Bytes of log behind the source.", lag_bytes_line },
	{ "upgraded_replication_lag_seconds", "Time behind the source.", lag_seconds_line },
	{ "upgraded_observation_age_seconds", "Age of the newest observation.", age_line },
};
/* clang-format on */

static void
add_members(struct buf *out, struct conductor *c, const char *name, member_line *line)
{
	const struct inventory *inv = conductor_inventory(c);
	struct buf base = { 0 };

	for (size_t i = 0; i < inventory_count(inv); i++) {
		const struct pair *p = inventory_pair(inv, i);
		const struct observation *seen =
		    observer_seen(conductor_observer(c), p);

		for (size_t m = 0; m < p->member_count; m++) {
			buf_clear(&base);
			metric_label(&base, "pair", p->name);
			metric_label(&base, "member", p->members[m].name);
			line(out, name, &p->members[m], &seen[m], &base);
		}
	}
	buf_done(&base);
}

void
metrics_add_pairs(struct buf *out, struct conductor *c)
{
	add_states(out, c);
	for (size_t i = 0; i < ARRAY_SIZE(member_metrics); i++) {
		metric_head(out, member_metrics[i].name, "gauge",
		    member_metrics[i].help);
		add_members(out, c, member_metrics[i].name, member_metrics[i].line);
	}
}

/* ---- upgrades ---- */

typedef void upgrade_line(struct buf *out, const char *name, const struct upgrade *u,
    const struct plan *plan, const char *labels);

static void
state_lines(struct buf *out, const char *name, const struct upgrade *u,
    const struct plan *plan, const char *labels)
{
	struct buf all = { 0 };

	(void)plan;
	for (int s = 0; s < UPGRADE_STATES; s++) {
		buf_clear(&all);
		buf_adds(&all, labels);
		metric_label(&all, "state", upgrade_state_name((enum upgrade_state)s));
		metric_count(out, name, buf_text(&all), (int)u->state == s);
	}
	buf_done(&all);
}

static void
step_line(struct buf *out, const char *name, const struct upgrade *u,
    const struct plan *plan, const char *labels)
{
	(void)plan;
	if (u->runs[LIST_FORWARD])
		metric_count(out, name, labels, upgrade_steps_done(u));
}

static void
steps_line(struct buf *out, const char *name, const struct upgrade *u,
    const struct plan *plan, const char *labels)
{
	(void)plan;
	if (u->runs[LIST_FORWARD])
		metric_count(out, name, labels, u->run_count[LIST_FORWARD]);
}

static void
eta_line(struct buf *out, const char *name, const struct upgrade *u,
    const struct plan *plan, const char *labels)
{
	if (plan && !upgrade_is_over(u))
		metric_seconds(out, name, labels,
		    core_eta_ms(u, plan, clock_wall_ms()));
}

/* clang-format off */
static const struct { const char *name, *help; upgrade_line *line; } upgrade_metrics[] = {
	{ "upgraded_upgrade_state", "1 for the present state of the upgrade under way.", state_lines },
	{ "upgraded_upgrade_step", "Steps of the plan that are done or skipped.", step_line },
	{ "upgraded_upgrade_steps", "Steps of the plan.", steps_line },
	{ "upgraded_upgrade_eta_seconds", "Estimated rest of the upgrade.", eta_line },
};
/* clang-format on */

static void
add_upgrades(struct buf *out, struct conductor *c, const char *name, upgrade_line *line)
{
	const struct inventory *inv = conductor_inventory(c);
	struct buf labels = { 0 };

	for (size_t i = 0; i < inventory_count(inv); i++) {
		const struct pair *p = inventory_pair(inv, i);
		const struct plan *plan = NULL;
		const struct upgrade *u = conductor_upgrade(c, p, &plan);

		if (!u)
			continue;
		buf_clear(&labels);
		metric_label(&labels, "pair", p->name);
		line(out, name, u, plan, buf_text(&labels));
	}
	buf_done(&labels);
}

void
metrics_add_upgrades(struct buf *out, struct conductor *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(upgrade_metrics); i++) {
		metric_head(out, upgrade_metrics[i].name, "gauge",
		    upgrade_metrics[i].help);
		add_upgrades(out, c, upgrade_metrics[i].name, upgrade_metrics[i].line);
	}
}
