/*
 * A server is restarted with the programs of another release, or started when it is down. The
 * options that it was started with are kept (postmaster.opts), and the file that it writes its
 * log to: restart.sh. A site that has its own way of starting and stopping servers says so (server { }).
 */
#include "config.h"

#include <stdlib.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/restart_sh.h"
#include "daemon/engine/postgres/steps/steps.h"

static char *
words(const struct str_list *argv)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < argv->count; i++) {
		buf_adds(&b, i > 0 ? " " : "");
		buf_add_shell(&b, argv->items[i]);
	}
	return buf_take(&b);
}

/* True when the site has its own way. */
static bool
site_restart(struct command *c, const struct member *m, int installation)
{
	const struct settings *settings = &m->pair->settings;
	const struct installation *in = member_installation(m, installation);
	struct str_list stop = { 0 }, start = { 0 };
	bool has;

	settings_list(settings, "server.stop", &stop);
	settings_list(settings, "server.start", &start);
	has = stop.count > 0 && start.count > 0;
	if (has) {
		char *a = words(&stop), *b = words(&start);
		char *text = mem_printf("%s && %s", a, b);

		pg_job_sh(c, m, text);
		str_list_addf(&c->env, "UPGRADED_MEMBER=%s", m->name);
		str_list_addf(&c->env, "UPGRADED_DATA=%s", pg_data(m, installation));
		str_list_addf(&c->env, "UPGRADED_BIN=%s", in != NULL ? in->bin : "");
		free(text);
		free(a);
		free(b);
	}
	str_list_done(&stop);
	str_list_done(&start);
	return has;
}

void
pg_restart_command(struct command *c, const struct member *m, int installation,
    int64_t limit_ms)
{
	const struct installation *in = member_installation(m, installation);

	c->limit_ms = limit_ms;
	if (site_restart(c, m, installation))
		return;
	pg_job_sh(c, m, restart_sh);
	str_list_add(&c->argv, in != NULL ? in->bin : "");
	str_list_add(&c->argv, pg_data(m, installation));
	str_list_addf(&c->argv, "%lld", (long long)(limit_ms > 15000 ? limit_ms / 1000 - 5 : 10));
	for (size_t i = 0; in != NULL && i < in->env.count; i++)
		str_list_add(&c->env, in->env.items[i]);
}

static void
restart_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	pg_restart_command(ret, ps->member, ps->installation, ps->limit_ms);
}

static const struct release *
wanted(const struct scene *s, const struct plan_step *ps)
{
	return ps->row->side == SIDE_NEW ? &s->plan->to : &s->plan->from;
}

/* Was it started since the upgrade began? What changes no release needs just that. */
static bool
is_fresh(const struct scene *s, const struct plan_step *ps)
{
	const char *was = pg_step_note_of(s, PG_NOTE_STARTED, ps->member);
	const char *is =
	    settings_get(&s->seen[ps->member->index].details, "pg.start_time");

	return release_compare(&s->plan->from, &s->plan->to) != 0 || was == NULL ||
	    (is != NULL && !str_equal(was, is));
}

/* A server that shuts down does not answer, and so is not seen for as long as that takes. */
static bool
is_seen(const struct scene *s, const struct observation *o)
{
	const struct upgrade *u = s->upgrade;

	return observation_is_fresh(o, LOOK_ROLE,
	    s->outcome != NULL ? u->walk.ended_ms : u->walk.entered_ms);
}

static enum probe
restart_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *o = &s->seen[ps->member->index];
	const struct release *want = wanted(s, ps);
	char a[RELEASE_TEXT], b[RELEASE_TEXT];

	why_needed(w, "a server of release %s", release_text(want, a));
	why_remedy(w, "see what pg_ctl printed (upgradectl log) and the log of %s",
	    ps->member->name);
	if (is_seen(s, o) && release_is_set(&o->running)) {
		why_seen(w, "release %s serves", release_text(&o->running, b));
		return release_compare(&o->running, want) == 0 && is_fresh(s, ps)
		    ? PROBE_DONE
		    : PROBE_TO_DO;
	}
	why_seen(w, "no server answers%s%s", o->error[0] != '\0' ? ": " : "", o->error);
	if (o->inst[ps->installation].daemon_up == FACT_NO)
		return PROBE_TO_DO;
	/* What was tried and did not do it may be tried again; what did is waited for. */
	if (s->outcome != NULL)
		return s->verdict != VERDICT_OK ? PROBE_TO_DO : PROBE_UNKNOWN;
	return s->upgrade->walk.round_tries > 0 ? PROBE_TO_DO : PROBE_UNKNOWN;
}

#define RESTART                                                          \
	.effect = "it answers, and says its release",                     \
	.build = restart_build, .probe = restart_probe,                   \
	.on_interrupt = INTERRUPT_PROBE, .looks = LOOK_INSTANCE,          \
	.patience_ms = 15000, .tries = 3

const struct step pg_restart = {
	.id = "restart",
	.title = "start the server of %s with the other release's programs",
	RESTART,
};

const struct step pg_start_again = {
	.id = "start-again",
	.title = "start the server of %s again",
	RESTART,
};
