/*
 * A job on another host. Its folder is there, and everything about it is asked of the
 * host's agent: one question at a time, and again when there was no answer, for what was
 * begun does not end because we cannot see it.
 *
 *	begin --yes--> look, look, ... --ended--> the rest of the output --> told
 *	  |  \--claimed already--> look
 *	  \--no answer--> begin again: the claim lets it run once
 *
 * A job that is to have a terminal is claimed and its command laid into the folder; then
 * its wrapper comes with a terminal of its own, which is ours at this end. When the
 * connection is lost the terminal is gone, and the job goes on.
 */
#include "config.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "common/mem.h"
#include "daemon/runner/agent.h"
#include "daemon/runner/ending.h"
#include "daemon/runner/far_folder.h"
#include "daemon/runner/job.h"
#include "daemon/runner/job_sh.h"
#include "daemon/runner/remote.h"

#define CLAIMED      75
#define READ_MOST    262144
#define AGAIN_MS     500 /* without an answer */
#define SLOWLY_MS    1000
#define LOST_MOST    10 /* questions for the rest of an output */
#define TERMINAL_END "\n[its terminal: %s]\n"

struct far_look {
	struct job *job; /* NULL: given up */
	struct far_look **place;
	void (*answered)(struct job *j, struct outcome *o);
};

static void
on_answer(void *arg, struct outcome *o)
{
	struct far_look *look = arg;

	if (look->job != NULL) {
		*look->place = NULL;
		look->answered(look->job, o);
	}
	outcome_done(o);
	free(look);
}

static void
put(struct job *j, struct far_look **place, const char *command,
    void (*answered)(struct job *, struct outcome *))
{
	struct far_look *look = mem_alloc(sizeof(*look));

	look->job = j;
	look->place = place;
	look->answered = answered;
	*place = look;
	agent_ask(j->far, command, on_answer, look);
}

static void
ask(struct job *j, const char *command,
    void (*answered)(struct job *, struct outcome *))
{
	j->again = false;
	put(j, &j->asked, command, answered);
}

/* An answer, or none for the so many-th time. */
static bool
is_answer(struct job *j, const struct outcome *o)
{
	j->lost = o->ending == ENDING_EXITED ? 0 : j->lost + 1;
	return j->lost == 0;
}

/* NAME 'FOLDER' */
static struct buf
command_of(const struct job *j, const char *name)
{
	struct buf b = { 0 };

	buf_addf(&b, "%s ", name);
	remote_quote(&b, j->path);
	return b;
}

static void
add_identity(const struct job *j, struct buf *b)
{
	if (j->folder.pid > 0)
		buf_addf(b, " %d %lld %s", (int)j->folder.pid,
		    (long long)j->folder.start, j->folder.boot);
}

/* ---- looking ---- */

static void
take_output(struct job *j, const struct far_folder *s, char *text)
{
	size_t len = strlen(text);

	if (s->from > j->from)
		job_output_skip(&j->out, (size_t)(s->from - j->from));
	j->quiet = len > 0 || s->from > j->from ? 0 : j->quiet + 1;
	j->from = s->from + (int64_t)len;
	j->more = s->size > j->from;
	if (len > 0)
		job_output_add(&j->out, text, len);
}

/* Who began here is told its end; others are looked at as often as those on this host. */
static int64_t
next_look_ms(const struct job *j)
{
	int64_t slowly = j->ours ? SLOWLY_MS : 3 * TICK_MS;
	int64_t ms = TICK_MS + (int64_t)10 * j->quiet;

	if (j->again || j->more)
		return 0;
	if (j->ours && j->output == NULL && j->prompt == NULL)
		return SLOWLY_MS;
	return ms < slowly ? ms : slowly;
}

static void
on_looked(struct job *j, struct outcome *o)
{
	struct far_folder s = { 0 };
	bool known = j->folder.pid > 0;
	char *text = o->output + strcspn(o->output, "\n");

	if (!is_answer(j, o) || *text == '\0' || !far_folder_parse(o->output, &s)) {
		timer_start(j->tick, AGAIN_MS);
		return;
	}
	take_output(j, &s, text + 1);
	if (!j->over) {
		far_folder_take(&s, &j->folder);
		j->lives = s.lives != 0;
		job_judge(j, known);
	}
	if (j->asked == NULL)
		timer_start(j->tick, j->over ? 0 : next_look_ms(j));
}

static const char *
times_wanted(const struct job *j)
{
	if (j->ours)
		return "never";
	return j->folder.started_wall_ms == 0 ? "always" : "ended";
}

static void
look(struct job *j)
{
	struct buf b = command_of(j, "ud_look");

	buf_addf(&b, " %lld %d %s", (long long)j->from, READ_MOST, times_wanted(j));
	add_identity(j, &b);
	ask(j, b.data, on_looked);
	buf_done(&b);
}

/* ---- claiming one that did not begin ---- */

static void
on_buried(struct job *j, struct outcome *o)
{
	if (!is_answer(j, o))
		timer_start(j->tick, AGAIN_MS);
	else if (o->status != 0)
		job_fail(j, str_trim(o->output));
	else if (str_starts(o->output, "buried"))
		job_decide(j, ENDING_GONE);
	else
		timer_start(j->tick, 0); /* somebody was faster */
}

void
job_far_bury(struct job *j)
{
	struct buf b = command_of(j, "ud_bury");

	ask(j, b.data, on_buried);
	buf_done(&b);
}

/* ---- beginning ---- */

static void
on_terminal_ended(void *arg, const struct child_end *end)
{
	struct job *j = arg;

	j->child = NULL;
	if (end->failure != NULL && !j->over)
		buf_addf(&j->out.kept, TERMINAL_END, end->failure);
	job_far_noted(j);
}

static void
open_terminal(struct job *j)
{
	struct launch l = { .host = &j->far->host, .terminal = true };
	struct buf line = { 0 };

	l.in = l.out = j->terminal;
	j->child = channel_open(j->far, &l, on_terminal_ended, j);
	close(j->terminal);
	j->terminal = -1;
	buf_adds(&line, ". ");
	remote_quote(&line, j->path);
	buf_adds(&line, "/command");
	prompt_type(j->prompt, line.data);
	buf_done(&line);
}

static void
has_begun(struct job *j)
{
	free(j->begin);
	j->begin = NULL;
	j->ours = true;
	if (j->told != TOLD_NOTHING)
		job_far_signal(j, SIGTERM);
	else if (j->limit_ms > 0)
		timer_start(j->limit, j->limit_ms);
	if (j->staged)
		open_terminal(j);
	timer_start(j->tick, next_look_ms(j));
}

/* Somebody has it. We follow, as after a restart. */
static void
is_claimed(struct job *j)
{
	free(j->begin);
	j->begin = NULL;
	prompt_close(j->prompt);
	j->prompt = NULL;
	timer_start(j->tick, 0);
}

static void
on_begun(struct job *j, struct outcome *o)
{
	if (is_answer(j, o)) {
		if (o->status == 0)
			has_begun(j);
		else if (o->status == CLAIMED)
			is_claimed(j);
		else
			job_fail(j, str_trim(o->output));
	} else {
		if (j->lost == 1)
			log_event(LOG_WARNING, "job.unknown", KV_STR("job", j->path),
			    KV_STR("why", str_trim(o->output)),
			    KV_STR("next", "asked until it is known whether it began"));
		timer_start(j->tick, AGAIN_MS);
	}
}

/* The host is there: from now on it may have begun. */
static void
on_greeted(struct job *j, struct outcome *o)
{
	if (o->ending != ENDING_EXITED)
		job_fail(j,
		    str_trim(o->output)[0] != '\0' ? str_trim(o->output)
						   : "the host does not answer in time");
	else if (j->told != TOLD_NOTHING)
		job_decide(j, ENDING_CANCELLED);
	else
		ask(j, j->begin, on_begun);
}

/* What its wrapper reads when it has its terminal. */
static char *
staged_text(const struct job *j, const struct job_spec *spec)
{
	struct buf b = { 0 };

	buf_adds(&b, "rm -f ");
	remote_quote(&b, j->path);
	buf_adds(&b, "/command; ");
	remote_export(&b, spec->command->env.items);
	buf_adds(&b, "exec /bin/sh -c ");
	remote_quote(&b, job_sh);
	buf_adds(&b, " sh ");
	remote_quote(&b, j->path);
	buf_adds(&b, " made \"$(umask)\"");
	remote_quote_all(&b, spec->command->argv.items);
	buf_adds(&b, " >/dev/null 2>&1");
	return buf_take(&b);
}

static char *
begin_text(const struct job *j, const struct job_spec *spec)
{
	struct buf b = { 0 };
	char *text;

	buf_adds(&b, "ud_claim ");
	remote_quote(&b, spec->directory);
	buf_adds(&b, " ");
	remote_quote(&b, j->path);
	buf_adds(&b, j->staged ? " && ud_stage " : " && ( ");
	if (j->staged) {
		remote_quote(&b, j->path);
		buf_adds(&b, " ");
		text = staged_text(j, spec);
		remote_quote(&b, text);
		free(text);
	} else {
		remote_export(&b, spec->command->env.items);
		buf_adds(&b, "ud_run ");
		remote_quote(&b, j->path);
		remote_quote_all(&b, spec->command->argv.items);
		buf_adds(&b, " )");
	}
	return buf_take(&b);
}

void
job_far_start(struct job *j, const struct job_spec *spec)
{
	struct ud_error err;

	if (spec->command->argv.count == 0) {
		job_fail(j, "nothing to run");
		return;
	}
	if (j->password != NULL) {
		if (prompt_open(j->runner->base, j->password, spec->command->user,
			&j->prompt, &j->terminal, &err) != 0) {
			job_fail(j, err.text);
			return;
		}
		j->staged = true;
	}
	ending_began(&j->outcome);
	j->begin = begin_text(j, spec);
	ask(j, ":", on_greeted);
}

/* ---- its turn ---- */

/* Who was to end before we know that it began must not begin any more. */
static void
begin_again(struct job *j)
{
	if (j->told == TOLD_NOTHING) {
		ask(j, j->begin, on_begun);
		return;
	}
	is_claimed(j);
}

void
job_far_tick(struct job *j)
{
	if (j->asked != NULL)
		j->again = true;
	else if (j->over && (!j->more || j->lost > LOST_MOST))
		job_finish(j);
	else if (j->begin != NULL && !j->over)
		begin_again(j);
	else if (j->child != NULL && !channel_is_open(j->child) && !j->over)
		timer_start(j->tick, TICK_MS);
	else
		look(j);
}

void
job_far_noted(struct job *j)
{
	if (j->begin == NULL)
		timer_start(j->tick, 0);
}

/* KILL is due when TERM is known to have been heard. */
static void
on_signalled(struct job *j, struct outcome *o)
{
	bool heard = o->ending == ENDING_EXITED;

	j->heard |= heard;
	if (!j->over)
		timer_start(j->limit, heard ? j->runner->kill_after_ms : AGAIN_MS);
}

void
job_far_signal(struct job *j, int number)
{
	struct buf b;

	if (j->begin != NULL || j->signal != NULL)
		return;
	b = command_of(j, "ud_signal");
	buf_addf(&b, " %d", j->heard ? number : SIGTERM);
	add_identity(j, &b);
	put(j, &j->signal, b.data, on_signalled);
	buf_done(&b);
}

void
job_far_done(struct job *j)
{
	if (j->asked != NULL)
		j->asked->job = NULL;
	if (j->signal != NULL)
		j->signal->job = NULL;
	if (j->staged && j->terminal >= 0)
		close(j->terminal);
	free(j->begin);
}
