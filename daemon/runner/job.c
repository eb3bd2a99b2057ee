#include "config.h"

#include <event2/event.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/log.h"
#include "common/mem.h"
#include "daemon/runner/agent.h"
#include "daemon/runner/ending.h"
#include "daemon/runner/job.h"
#include "daemon/runner/job_sh.h"

void
job_free(struct job *j)
{
	if (j->child != NULL)
		child_give_up(j->child);
	LIST_REMOVE(j, entry);
	event_free(j->tick);
	event_free(j->limit);
	prompt_close(j->prompt);
	job_output_done(&j->out);
	secret_free(j->own_password);
	job_far_done(j);
	free(j->path);
	free(j);
}

static int
start_wrapper(struct job *j, const struct job_spec *spec, int terminal,
    struct ud_error *err)
{
	struct str_list argv = { 0 };
	struct launch l = { .host = spec->host,
		.env = spec->command->env.items,
		.in = terminal,
		.out = -1,
		.session = true,
		.terminal = terminal >= 0,
		.folder = j->path };

	str_list_add(&argv, "/bin/sh");
	str_list_add(&argv, "-c");
	str_list_add(&argv, job_sh);
	str_list_add(&argv, "sh");
	str_list_add(&argv, j->path);
	str_list_add(&argv, "made");
	str_list_addf(&argv, "%04o", (unsigned)j->runner->mask);
	for (size_t i = 0; i < spec->command->argv.count; i++)
		str_list_add(&argv, spec->command->argv.items[i]);
	l.argv = argv.items;
	ending_began(&j->outcome);
	j->child = launch(j->runner, &l, job_ended, j, err);
	str_list_done(&argv);
	j->ours = j->child != NULL;
	return j->ours ? 0 : -1;
}

static int
make_parent(struct job *j, const struct job_spec *spec, struct ud_error *err)
{
	const struct user *user;

	if (user_find(&j->runner->users, spec->host, &user, err) != 0)
		return -1;
	return folder_make_parent(spec->directory, user != NULL ? user->uid : (uid_t)-1,
	    user != NULL ? user->gid : (gid_t)-1, err);
}

/* UD_ESTATE: the job is claimed already. */
static int
start(struct job *j, const struct job_spec *spec, struct ud_error *err)
{
	int terminal = -1, rc;

	if (spec->command->argv.count == 0)
		return ud_fail(err, UD_ESYSTEM, "nothing to run");
	if (make_parent(j, spec, err) != 0)
		return -1;
	if (j->password != NULL &&
	    prompt_open(j->runner->base, j->password, spec->command->user, &j->prompt,
		&terminal, err) != 0)
		return -1;
	rc = start_wrapper(j, spec, terminal, err);
	if (terminal >= 0)
		close(terminal);
	return rc;
}

static void
on_raw(void *arg, const char *text, size_t len)
{
	struct job *j = arg;

	if (j->prompt != NULL)
		prompt_output(j->prompt, text, len);
}

static void
on_seen(void *arg, const char *text, size_t len)
{
	struct job *j = arg;

	if (j->output != NULL)
		j->output(j->arg, text, len);
}

static bool
is_far(const struct host *host)
{
	return host != NULL && host->transport != TRANSPORT_LOCAL;
}

static struct job *
job_new(struct runner *r, const struct job_spec *spec, job_done_fn *done,
    job_output_fn *output, void *arg)
{
	struct job *j = mem_alloc(sizeof(*j));

	j->runner = r;
	if (is_far(spec->host))
		j->far = far_find(r, spec->host);
	j->path = mem_printf("%s/%s", spec->directory, spec->id);
	j->limit_ms = spec->command != NULL ? spec->command->limit_ms : 0;
	j->done = done;
	j->output = output;
	j->arg = arg;
	j->password = spec->password;
	job_output_init(&j->out, mem_printf("%s/output", j->path));
	j->out.secret = j->password;
	j->out.raw = on_raw;
	j->out.seen = on_seen;
	j->out.arg = j;
	job_follow_init(j);
	LIST_INSERT_HEAD(&r->jobs, j, entry);
	return j;
}

/* What any job needs, begun or found again. */
static int
check(const struct job_spec *spec, struct ud_error *err)
{
	if (!str_is_name(spec->id, JOB_ID - 1))
		return ud_fail(err, UD_ESYSTEM, "'%s' is no name of a job", spec->id);
	return 0;
}

int
job_password(const struct command *c, struct secret **ret, struct ud_error *err)
{
	struct secret *first = NULL, *second = NULL;
	char words[128];

	if (secret_read_file(c->password_file, &first, err) != 0)
		return -1;
	if (c->second_password_file != NULL) {
		if (secret_read_file(c->second_password_file, &second, err) != 0) {
			secret_free(first);
			return -1;
		}
		str_printf(words, sizeof(words), "%s %s", c->second_words,
		    c->second_user != NULL ? c->second_user : "");
		secret_add(first, words, second);
	}
	*ret = first;
	return 0;
}

static int
read_password(struct job *j, const struct job_spec *spec, struct ud_error *err)
{
	const char *file = spec->command != NULL ? spec->command->password_file : NULL;

	if (j->password != NULL || file == NULL)
		return 0;
	if (job_password(spec->command, &j->own_password, err) != 0)
		return -1;
	j->password = j->out.secret = j->own_password;
	return 0;
}

struct job *
job_start(struct runner *r, const struct job_spec *spec, job_done_fn *done,
    job_output_fn *output, void *arg)
{
	struct job *j = job_new(r, spec, done, output, arg);
	struct ud_error err;
	bool claimed;

	if (check(spec, &err) != 0 || read_password(j, spec, &err) != 0) {
		job_fail(j, err.text);
		return j;
	}
	if (j->far != NULL) {
		job_far_start(j, spec);
		return j;
	}
	claimed = start(j, spec, &err) != 0 && err.code == UD_ESTATE;
	if (claimed) {
		prompt_close(j->prompt);
		j->prompt = NULL;
		job_follow(j, 0);
	} else if (j->child == NULL) {
		job_fail(j, err.text);
	} else {
		if (j->limit_ms > 0)
			timer_start(j->limit, j->limit_ms);
		if (j->output != NULL || j->prompt != NULL)
			job_follow(j, TICK_MS);
	}
	return j;
}

struct job *
job_attach(struct runner *r, const struct job_spec *spec, job_done_fn *done,
    job_output_fn *output, void *arg)
{
	struct job *j = job_new(r, spec, done, output, arg);
	struct ud_error err;

	if (check(spec, &err) != 0) {
		job_fail(j, err.text);
		return j;
	}
	/* A folder or a file that is gone by now does not end a job that has begun. */
	if ((j->far == NULL && make_parent(j, spec, &err) != 0) ||
	    read_password(j, spec, &err) != 0)
		log_event(LOG_WARNING, "job.attach", KV_STR("job", spec->id),
		    KV_STR("why", err.text), KV_STR("next", "followed all the same"));
	job_follow(j, 0);
	return j;
}

void
job_detach(struct job *j)
{
	job_free(j);
}

void
job_forget(struct runner *r, const struct host *host, const char *directory,
    const char *id)
{
	char *path;

	if (!str_is_name(id, JOB_ID - 1))
		return;
	path = mem_printf("%s/%s", directory, id);
	if (is_far(host))
		agent_forget(far_find(r, host), path);
	else
		folder_remove(path);
	free(path);
}
