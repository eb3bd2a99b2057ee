/* Prometheus text, version 0.0.4. What is unknown has no line: it is never zero. */
#include "config.h"

#include <microhttpd.h>

#include "common/clock.h"
#include "daemon/api/metrics.h"
#include "daemon/api/reply.h"
#include "daemon/api/routes.h"
#include "daemon/api/server.h"

void
metric_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void
metric_label(struct buf *out, const char *name, const char *value)
{
	if (out->len > 0)
		buf_adds(out, ",");
	buf_addf(out, "%s=\"", name);
	for (; value && *value; value++) {
		if (*value == '\\' || *value == '"')
			buf_addf(out, "\\%c", *value);
		else if (*value == '\n')
			buf_adds(out, "\\n");
		else
			buf_add(out, value, 1);
	}
	buf_adds(out, "\"");
}

void
metric_count(struct buf *out, const char *name, const char *labels, int64_t value)
{
	buf_addf(out, "%s%s%s%s %lld\n", name, *labels ? "{" : "", labels,
	    *labels ? "}" : "", (long long)value);
}

void
metric_seconds(struct buf *out, const char *name, const char *labels, int64_t ms)
{
	if (ms < 0)
		return;
	buf_addf(out, "%s%s%s%s %.3f\n", name, *labels ? "{" : "", labels,
	    *labels ? "}" : "", (double)ms / 1000);
}

static void
add_counter(struct buf *out, const char *name, const char *help, int64_t value)
{
	metric_head(out, name, "counter", help);
	metric_count(out, name, "", value);
}

static void
add_build(struct buf *out)
{
	struct buf labels = { 0 };

	metric_head(out, "upgraded_build_info", "gauge", "The version of the daemon.");
	metric_label(&labels, "version", PACKAGE_VERSION);
	metric_count(out, "upgraded_build_info", buf_text(&labels), 1);
	buf_done(&labels);
}

static void
add_totals(struct buf *out, struct conductor *c)
{
	struct journal_totals t = { 0 };

	journal_totals(conductor_journal(c), &t);
	metric_head(out, "upgraded_upgrades_total", "counter", "Upgrades by result.");
	metric_count(out, "upgraded_upgrades_total", "result=\"completed\"",
	    t.completed);
	metric_count(out, "upgraded_upgrades_total", "result=\"aborted\"", t.aborted);
	metric_count(out, "upgraded_upgrades_total", "result=\"attention\"",
	    t.attention);
	metric_head(out, "upgraded_commands_total", "counter",
	    "Ended commands by result.");
	metric_count(out, "upgraded_commands_total", "result=\"ok\"", t.commands_ok);
	metric_count(out, "upgraded_commands_total", "result=\"failed\"",
	    t.commands_failed);
}

static void
add_work(struct buf *out, struct conductor *c)
{
	struct conductor_stats s = { 0 };
	struct observer_stats o = { 0 };

	conductor_stats(c, &s);
	observer_stats(conductor_observer(c), &o);
	add_counter(out, "upgraded_turns_total", "Turns of the conductor.", s.turns);
	add_counter(out, "upgraded_decisions_total", "Decisions of the core.",
	    s.decisions);
	add_counter(out, "upgraded_wakes_total", "Turns that a timer asked for.",
	    s.wakes);
	add_counter(out, "upgraded_polls_total", "Looks at members.", o.polls);
	add_counter(out, "upgraded_poll_failures_total", "Looks that failed.",
	    o.failures);
}

static void
add_steps(struct buf *out, const struct measures *m)
{
	static const char name[] = "upgraded_step_duration_seconds";
	const struct step_measure *s;
	struct buf labels = { 0 };

	metric_head(out, name, "histogram",
	    "Steps that were done, from start to seen effect.");
	TAILQ_FOREACH(s, &m->steps, entry) {
		buf_clear(&labels);
		metric_label(&labels, "procedure", s->procedure);
		metric_label(&labels, "step", s->step);
		histogram_print(&s->took, name, buf_text(&labels), out);
	}
	buf_done(&labels);
}

static void
add_measures(struct buf *out, const struct measures *m)
{
	static const char pause[] = "upgraded_write_pause_seconds";
	static const char commit[] = "upgraded_journal_commit_seconds";
	static const char stall[] = "upgraded_loop_stall_seconds";

	metric_head(out, pause, "histogram", "Write pauses, from opened to closed.");
	histogram_print(&m->pause, pause, "", out);
	add_steps(out, m);
	metric_head(out, commit, "histogram",
	    "Commits of the journal, until they are on disk.");
	histogram_print(&m->commit, commit, "", out);
	metric_head(out, stall, "histogram",
	    "Rounds of the loop, while everybody else waits.");
	histogram_print(&m->stall, stall, "", out);
}

static void
add_api(struct buf *out, const struct api *a)
{
	static const char name[] = "upgraded_http_responses_total";
	char labels[16];

	metric_head(out, name, "counter", "Answers by class of status.");
	for (int i = 2; i < STATUS_CLASSES; i++) {
		str_printf(labels, sizeof(labels), "status=\"%dxx\"", i);
		metric_count(out, name, labels, a->measures.replies[i]);
	}
	metric_head(out, "upgraded_event_streams", "gauge", "Open event streams.");
	metric_count(out, "upgraded_event_streams", "",
	    a->local.streams + a->remote.streams);
}

void
metrics_show(struct request *rq)
{
	struct conductor *c = rq->api->conductor;
	struct buf out = { 0 };

	add_build(&out);
	metrics_add_pairs(&out, c);
	metrics_add_upgrades(&out, c);
	add_totals(&out, c);
	add_measures(&out, &rq->api->measures);
	add_work(&out, c);
	add_api(&out, rq->api);
	metrics_add_process(&out);
	reply_text(rq, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", &out);
}
