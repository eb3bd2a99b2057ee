/*
 * Processes on hosts: jobs that outlive the daemon, short questions, long sessions.
 *
 * A job is claimed once, by an atomic mkdir of its folder on the host it runs on, and runs
 * in its own session under a small POSIX sh wrapper (job.sh) that keeps pid, start time,
 * boot id, output and exit status in that folder. After the daemon or the connection died
 * the same id finds it again: finished, still running, or gone. Nothing here blocks the
 * loop; every answer comes by a callback from the loop, never from inside the call.
 */
#ifndef UD_RUNNER_RUNNER_H
#define UD_RUNNER_RUNNER_H

#include "daemon/model/command.h"
#include "daemon/model/engine.h"

struct event_base;
struct runner;
struct job;
struct session;
struct process;

struct runner *runner_new(struct event_base *base);

/* Where the sockets of ssh connections are made: a folder of ours alone. Without one, or
 * when its name is too long for a socket, one is made below /tmp. */
void runner_set_directory(struct runner *r, const char *directory);

/* Ends sessions and short processes; jobs go on. Callbacks are not called any more. */
void runner_free(struct runner *r);

/* ---- jobs ---- */

#define JOB_ID 64 /* letters, digits, '-', '.': names a folder */

struct job_spec {
	const char *id;
	const struct host *host; /* NULL: here */
	const char *directory;	 /* job folders are made below it; made when missing, 0700 */
	const struct command *command; /* argv, env, limit, prompts; copied */
	/* Password for prompts; borrowed until the job is done. NULL: the first line of
	 * command->password_file, read now; none when there is no file either. */
	const struct secret *password;
};

/* What its prompts ask for, from the files that the command names; it has one. */
int job_password(const struct command *c, struct secret **ret, struct ud_error *err) UD_CHECKED;

/* Takes over o (outcome_done is the receiver's). The job is over: do not use it any more. */
typedef void job_done_fn(void *arg, struct outcome *o);
/* New bytes of output, for progress; text is valid during the call only. */
typedef void job_output_fn(void *arg, const char *text, size_t len);

/* Claims and starts. A failure to start is reported through done with ENDING_FAILED. An
 * id that is claimed already is never run again: it is attached to. */
struct job *job_start(struct runner *r, const struct job_spec *spec, job_done_fn *done,
    job_output_fn *output, void *arg);

/*
 * Finds a job after a restart: follows it when it runs, reports its end when it is over.
 * When no folder exists the id is claimed now, so that a wrapper still on its way cannot
 * start any more, and the end is ENDING_GONE: it never ran. A folder whose process is gone
 * without a status (host rebooted, killed) ends as ENDING_GONE too.
 */
struct job *job_attach(struct runner *r, const struct job_spec *spec, job_done_fn *done,
    job_output_fn *output, void *arg);

/* Asks the job's process group to end (TERM, KILL after 10 s). done follows. A command
 * that outlives its wrapper is waited for: a job is over when nothing of it runs. */
void job_cancel(struct job *j);

/* Stops following without ending it; no callback follows. */
void job_detach(struct job *j);

/* Removes the folder of a job whose end is recorded. */
void job_forget(struct runner *r, const struct host *host, const char *directory,
    const char *id);

/* ---- short processes: questions, killed at their limit ---- */

/* Runs argv on the host (NULL: here) with /dev/null as input; both streams in one output,
 * capped. At its limit the group gets TERM, KILL a second later. At most eight at once here,
 * and on each other host; the rest wait in turn. */
struct process *process_run(struct runner *r, const struct host *host, char *const *argv,
    char *const *env, int64_t limit_ms, job_done_fn *done, void *arg);
void process_cancel(struct process *p); /* no callback follows */

/* ---- sessions: a long-lived child that answers questions, one at a time; or a link ---- */

/* Prepares a session; the child is started by the first question and again after it died.
 * It ends with the daemon (PDEATHSIG, and its input is closed). */
struct session *session_new(struct runner *r, const struct host *host,
    const struct dialect *dialect, const struct str_list *argv, const struct str_list *env);

/* How its child is started from now on. One that is there answers the question in hand, and is
 * sent away when these are other words than before. */
void session_open_by(struct session *s, const struct str_list *argv, const struct str_list *env);

/* Prepares a session over the connections of an engine. m is borrowed. In what follows the
 * link is the child: it ends at once when it is told to, and says why it failed. */
struct session *session_new_link(struct runner *r, const struct connector *connector,
    const struct member *m, int installation);

/* Queues statements; answers come in order. The outcome's ending is ENDING_EXITED with
 * the dialect's status for an answer; ENDING_TIMED_OUT after limit_ms, told at once (the child gets
 * TERM, KILL a second later; the next question starts a new one when it is gone), but two seconds
 * later as long as the tool has never printed anything: it may do so only when it ends;
 * ENDING_FAILED when the child ended before it answered (output has what it said).
 * The limit counts from when it is asked of the tool, that of a prompt one from now on. */
enum ask_order {
	ASK_LAST,
	ASK_FIRST, /* before those that are in the queue */
	ASK_PROMPT /* the same, and not for longer than its limit */
};
void session_ask(struct session *s, const char *statements, int64_t limit_ms,
    enum ask_order order, job_done_fn *done, void *arg);
bool session_is_open(const struct session *s); /* the child runs */
bool session_is_busy(const struct session *s); /* a question is unanswered */

/* Lets the child leave (dialect's words, TERM after 5 s, then KILL); closed is called when
 * it is gone: the database has no connection of ours any more. The question in hand may
 * still be answered; waiting ones, and those that come before closed, fail. */
void session_close(struct session *s, void (*closed)(void *arg), void *arg);
void session_free(struct session *s); /* TERM, and its input ends; no callback */

#endif
