#include "config.h"

#include "daemon/api/views.h"

#include "common/clock.h"
#include "common/duration.h"
#include "daemon/api/fields.h"
#include "daemon/api/request.h"
#include "daemon/core/core.h"
#include "daemon/model/engine.h"
#include "daemon/observe/lag.h"
#include "daemon/observe/observe.h"

/* The run of a step in hand; NULL: none, or an upgrade without runs. */
static const struct step_run *
run_of(const struct upgrade *u, const struct walk *walk)
{
	if (!u->runs[u->list] || walk->pos < 0 || walk->pos >= u->run_count[u->list])
		return NULL;
	return &u->runs[u->list][walk->pos];
}

static const struct step_run *
run_in_hand(const struct upgrade *u)
{
	return run_of(u, &u->walk);
}

static const struct plan_step *
step_of(const struct upgrade *u, const struct plan *plan, const struct walk *walk)
{
	return plan && !upgrade_is_over(u) ? plan_step_at(plan, u->list, walk->pos) : NULL;
}

static const struct plan_step *
step_in_hand(const struct upgrade *u, const struct plan *plan)
{
	return step_of(u, plan, &u->walk);
}

static int64_t
since_ms(int64_t wall_ms)
{
	int64_t now_ms = clock_wall_ms();

	if (wall_ms <= 0)
		return -1;
	return now_ms > wall_ms ? now_ms - wall_ms : 0;
}

static json_t *
view_step(const struct upgrade *u, const struct plan *plan, const struct walk *walk)
{
	const struct plan_step *ps = step_of(u, plan, walk);
	const struct step_run *run = run_of(u, walk);
	char title[160];
	json_t *obj;

	if (!ps || !run)
		return json_null();
	obj = json_object();
	plan_step_title(ps, title, sizeof(title));
	put_str(obj, "number", ps->number);
	put_str(obj, "id", ps->step->id);
	put_str(obj, "title", title);
	put_str(obj, "member", ps->member ? ps->member->name : NULL);
	put_str(obj, "state", step_state_name(run->state));
	put_int(obj, "attempt", run->attempt);
	put_time(obj, "started_at", run->started_wall_ms);
	put_ms(obj, "elapsed_ms", since_ms(run->started_wall_ms));
	return obj;
}

/* ---- gates ---- */

const char *
view_gate_id(const struct upgrade *u, const struct plan *plan)
{
	const struct plan_step *ps = step_in_hand(u, plan);

	if (u->state != UPGRADE_GATED)
		return NULL;
	return ps && ps->gate ? ps->gate : "gate";
}

void
view_gate_prompt(const struct upgrade *u, const struct plan *plan, char *buf,
    size_t size)
{
	const struct plan_step *ps = step_in_hand(u, plan);
	char title[160];

	if (!ps) {
		str_printf(buf, size, "go on?");
		return;
	}
	plan_step_title(ps, title, sizeof(title));
	str_printf(buf, size, "next is step %s: %s%s%s", ps->number, title,
	    ps->row->flags & ROW_OPENS_PAUSE ? "; applications stop writing" : "",
	    ps->row->flags & ROW_NO_RETURN ? "; from there on it cannot be aborted"
					   : "");
}

static json_t *
view_gate(const struct upgrade *u, const struct plan *plan)
{
	const char *id = view_gate_id(u, plan);
	char prompt[320];
	json_t *obj;

	if (!id)
		return json_null();
	view_gate_prompt(u, plan, prompt, sizeof(prompt));
	obj = json_object();
	put_str(obj, "id", id);
	put_str(obj, "prompt", prompt);
	return obj;
}

/* ---- what it waits for ---- */

static bool
pause_is_open(const struct upgrade *u)
{
	return u->pause_pos >= 0 && u->pause_started_ms > 0;
}

/* Nobody is served in an offline procedure; it has no deadline. */
static bool
outage_is_open(const struct upgrade *u)
{
	return u->pause_pos < 0 && u->pause_total_ms < 0 && u->ended_wall_ms <= 0 &&
	    u->pause_started_wall_ms > 0;
}

static int64_t
pause_ms(const struct upgrade *u)
{
	int64_t open_ms = u->pause_total_ms;

	if (pause_is_open(u))
		open_ms = clock_mono_ms() - u->pause_started_ms;
	else if (outage_is_open(u))
		open_ms = clock_wall_ms() - u->pause_started_wall_ms;
	else
		return open_ms;
	return open_ms > 0 ? open_ms : 0;
}

/* What happens when it does not come true: by the pause's limit, else by the step's. */
static void
describe_otherwise(const struct upgrade *u, const struct plan *plan,
    const struct plan_step *ps, char *buf, size_t size)
{
	char text[DURATION_TEXT];

	*buf = '\0';
	if (pause_is_open(u) && !u->swap_held && u->list != LIST_BACKOUT &&
	    u->list != LIST_UNDO_BACKOUT)
		str_printf(buf, size, "at %s of write pause the swap is taken back",
		    duration_text(plan->pair->limits.write_pause_ms, text));
	else if (ps->limit_ms > 0)
		str_printf(buf, size, "after %s it needs attention",
		    duration_text(ps->limit_ms, text));
}

/* Whether the member that is waited for comes closer: from the history of its lag. */
static void
put_trend(json_t *obj, struct conductor *c, const struct plan_step *ps)
{
	char text[128], left[DURATION_TEXT];
	struct lag_view lag = { .trend = LAG_UNKNOWN };

	if (c != NULL && ps->member != NULL)
		observer_lag(conductor_observer(c), ps->member, &lag);
	if (lag.trend == LAG_UNKNOWN) {
		put_null(obj, "trend");
		return;
	}
	str_printf(text, sizeof(text), "%s, %lld bytes behind, %lld bytes/s%s%s",
	    lag_trend_name(lag.trend), (long long)lag.bytes, (long long)lag.bytes_per_s,
	    lag.left_ms >= 0 ? ", in step in " : "",
	    lag.left_ms >= 0 ? duration_text(lag.left_ms, left) : "");
	put_str(obj, "trend", text);
}

/* A step whose command was not begun waits since it became the one in hand. */
static int64_t
waits_since(const struct upgrade *u, const struct walk *walk, const struct step_run *run)
{
	int64_t now_ms = clock_mono_ms(), wall_ms;

	if (run->started_wall_ms > 0)
		return run->started_wall_ms;
	if (walk->begun_ms <= 0 || walk->begun_ms > now_ms)
		return u->state_since_wall_ms;
	wall_ms = clock_wall_ms() - (now_ms - walk->begun_ms);
	return wall_ms > u->state_since_wall_ms ? wall_ms : u->state_since_wall_ms;
}

json_t *
view_wait(struct conductor *c, const struct upgrade *u, const struct plan *plan, int lane)
{
	const struct walk *walk = upgrade_walk(u, lane);
	const struct plan_step *ps = step_of(u, plan, walk);
	const struct step_run *run = run_of(u, walk);
	char otherwise[128];
	json_t *obj;

	if (!ps || !run || (!*walk->why.waits_for && !*walk->why.seen))
		return json_null();
	obj = json_object();
	describe_otherwise(u, plan, ps, otherwise, sizeof(otherwise));
	put_str(obj, "waits_for", walk->why.waits_for);
	put_str(obj, "seen", walk->why.seen);
	put_str(obj, "needed", walk->why.needed);
	put_trend(obj, c, ps);
	put_time(obj, "since", waits_since(u, walk, run));
	put_str(obj, "otherwise", otherwise);
	put_str(obj, "remedy", walk->why.remedy);
	return obj;
}

/* ---- the upgrade ---- */

static json_t *
view_error(const struct ud_error *err)
{
	json_t *obj;

	if (err->code == UD_OK)
		return json_null();
	obj = json_object();
	put_str(obj, "code", ud_code_name(err->code));
	put_str(obj, "detail", err->text);
	put_str(obj, "remedy", err->remedy);
	return obj;
}

/* By rows where they are told: how many bytes they will be is a guess. */
static int64_t
percent(const struct growth_seen *m)
{
	int64_t done = m->of_rows > 0 ? m->rows : m->kib;
	int64_t of = m->of_rows > 0 ? m->of_rows : m->of_kib;

	if (of <= 0)
		return -1;
	return done >= of ? 100 : done < INT64_MAX / 100 ? done * 100 / of : done / (of / 100);
}

static json_t *
view_measured(struct conductor *c, const struct plan *plan, int pos)
{
	struct growth_seen m;
	json_t *obj;

	if (!plan || !conductor_measured(c, plan->pair, pos, &m))
		return json_null();
	obj = json_object();
	put_count(obj, "bytes", m.kib * 1024);
	put_count(obj, "of_bytes", m.of_kib > 0 ? m.of_kib * 1024 : -1);
	put_count(obj, "rows", m.rows);
	put_count(obj, "of_rows", m.of_rows);
	put_count(obj, "percent", percent(&m));
	put_count(obj, "bytes_per_s", m.bytes_per_s);
	put_ms(obj, "left_ms", m.left_ms);
	return obj;
}

/* The estimate of the rest: what is measured of the step in hand is better than what it took
 * the last time. */
static int64_t
eta_ms(struct conductor *c, const struct upgrade *u, const struct plan *plan)
{
	const struct plan_step *ps = step_in_hand(u, plan);
	const struct step_run *run = run_in_hand(u);
	int64_t all = core_eta_ms(u, plan, clock_wall_ms()), taken, own;
	struct growth_seen m;

	if (all < 0 || !ps || !run || run->started_wall_ms <= 0 ||
	    !conductor_measured(c, plan->pair, u->walk.pos, &m) || m.left_ms < 0)
		return all;
	taken = since_ms(run->started_wall_ms);
	own = ps->estimate_ms > taken ? ps->estimate_ms - taken : 0;
	return all > own ? all - own + m.left_ms : m.left_ms;
}

/* Every step that is in hand: several where subscribers are worked on side by side. */
static json_t *
view_steps_in_hand(struct conductor *c, const struct upgrade *u, const struct plan *plan)
{
	json_t *list = json_array();

	for (int i = 0; i <= u->lane_count; i++) {
		const struct walk *walk = upgrade_walk(u, i);
		json_t *step = view_step(u, plan, walk);

		if (json_is_null(step))
			continue;
		put(step, "why", view_wait(c, u, plan, i));
		put(step, "measured", view_measured(c, plan, walk->pos));
		put_str(step, "progress", conductor_progress(c, plan->pair, walk->pos));
		(void)json_array_append_new(list, step);
	}
	return list;
}

/* Members that need the plan, and those of an upgrade under way. */
static void
put_progress(json_t *obj, struct conductor *c, const struct upgrade *u,
    const struct plan *plan)
{
	struct str_list abort_does = { 0 };
	bool live = plan && !upgrade_is_over(u);

	put(obj, "step", view_step(u, plan, &u->walk));
	put(obj, "steps_in_hand", view_steps_in_hand(c, u, live ? plan : NULL));
	put_count(obj, "steps_done",
	    u->runs[LIST_FORWARD] ? upgrade_steps_done(u) : -1);
	put_count(obj, "steps_total",
	    u->runs[LIST_FORWARD] ? u->run_count[LIST_FORWARD] : -1);
	put(obj, "gate", view_gate(u, plan));
	put_ms(obj, "eta_ms", live ? eta_ms(c, u, plan) : -1);
	put(obj, "why", live ? view_wait(c, u, plan, 0) : json_null());
	if (live)
		core_abort_text(u, plan, &abort_does);
	put_list(obj, "abort_does", &abort_does);
	str_list_done(&abort_does);
	put(obj, "measured", view_measured(c, live ? plan : NULL, u->walk.pos));
	put_str(obj, "progress", live ? conductor_progress(c, plan->pair, u->walk.pos) : NULL);
}

static void
put_times(json_t *obj, const struct upgrade *u)
{
	put_time(obj, "created_at", u->created_wall_ms);
	put_time(obj, "started_at", u->started_wall_ms);
	put_time(obj, "ended_at", u->ended_wall_ms);
	put_time(obj, "state_since", u->state_since_wall_ms);
}

/* An offline procedure lasts as long as it lasts. */
static bool
is_offline(const struct upgrade *u, const struct pair *pair)
{
	const struct procedure *const *p = pair->engine ? pair->engine->procedures : NULL;

	for (; p && *p; p++)
		if (str_equal((*p)->id, u->procedure))
			return (*p)->offline;
	return false;
}

/* What steps left for the record, in whole sentences. */
static json_t *
view_record(const struct settings *notes)
{
	json_t *list = json_array();

	for (size_t i = 0; i < notes->count; i++)
		if (str_starts(notes->items[i].key, NOTE_RECORD))
			(void)json_array_append_new(list,
			    ujson_str_or_null(notes->items[i].value));
	return list;
}

json_t *
view_upgrade(struct conductor *c, const struct upgrade *u, const struct plan *plan)
{
	const struct pair *pair = plan ? plan->pair : conductor_pair(c, u->pair);
	json_t *obj = json_object();

	put_int(obj, "id", u->id);
	put_str(obj, "pair", u->pair);
	put_str(obj, "procedure", u->procedure);
	put_release(obj, "from", &u->from);
	put_release(obj, "to", &u->to);
	put_str(obj, "state", upgrade_state_name(u->state));
	put_str(obj, "phase", plan_list_name(u->list));
	put_progress(obj, c, u, plan);
	put_ms(obj, "write_pause_ms", pause_ms(u));
	put_bool(obj, "write_pause_open", pause_is_open(u) || outage_is_open(u));
	put_ms(obj, "write_pause_limit_ms",
	    pair && !is_offline(u, pair) ? pair->limits.write_pause_ms : -1);
	put_bool(obj, "point_of_no_return", u->past_return);
	put_bool(obj, "pause_asked", u->hold);
	put_bool(obj, "abort_asked", u->abort_asked);
	put_int(obj, "revision", u->revision);
	put_str(obj, "plan_hash", u->plan_hash);
	put_times(obj, u);
	put(obj, "error", view_error(&u->error));
	put_str(obj, "created_by", u->created_by);
	put_settings(obj, "options", &u->options);
	put_list(obj, "gates", &u->gates);
	put_settings(obj, "notes", &u->notes);
	put(obj, "record", view_record(&u->notes));
	return obj;
}

/* ---- by id ---- */

struct found {
	struct conductor *conductor;
	json_t *obj;
	int64_t revision;
};

static void
take_found(void *arg, const struct upgrade *u)
{
	struct found *f = arg;

	if (f->obj)
		return;
	f->obj = view_upgrade(f->conductor, u, NULL);
	f->revision = u->revision;
}

struct steps_count {
	int done, all;
};

static void
count_step(void *arg, const struct step_row *s)
{
	struct steps_count *n = arg;

	if (s->list != 'f')
		return;
	n->all++;
	n->done += s->run.state == STEP_DONE || s->run.state == STEP_SKIPPED;
}

static int
find_journaled(struct conductor *c, int64_t id, struct found *f, struct ud_error *err)
{
	struct steps_count n = { 0 };

	if (journal_find(conductor_journal(c), id, take_found, f, err) != 0)
		return -1;
	if (!f->obj)
		return request_no_upgrade(id, err);
	if (journal_steps(conductor_journal(c), id, count_step, &n, err) != 0) {
		json_decref(f->obj);
		return -1;
	}
	if (n.all > 0) {
		put_int(f->obj, "steps_done", n.done);
		put_int(f->obj, "steps_total", n.all);
	}
	return 0;
}

int
view_upgrade_by_id(struct conductor *c, int64_t id, json_t **ret, int64_t *ret_revision,
    struct ud_error *err)
{
	const struct pair *pair = NULL;
	const struct plan *plan = NULL;
	const struct upgrade *u = conductor_upgrade_by_id(c, id, &pair, &plan);
	struct found f = { .conductor = c };

	if (u) {
		f.obj = view_upgrade(c, u, plan);
		f.revision = u->revision;
	} else if (find_journaled(c, id, &f, err) != 0) {
		return -1;
	}
	*ret = f.obj;
	*ret_revision = f.revision;
	return 0;
}
