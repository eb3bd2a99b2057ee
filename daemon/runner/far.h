/*
 * A host that is reached by ssh, for the files of this folder.
 *
 *	far      one host, as one user
 *	line     a connection to it: `ssh -M -N`, a child of ours; started when it is first
 *		 wanted, again when it was lost, ended when nobody has used it for a while
 *	channel  one session of a line, a struct child to whoever started it
 *
 * sshd lets ten sessions into a connection (MaxSessions), we use eight; where it allows
 * less, that is noticed. Channels that stay (sessions) may take many lines; short ones
 * (processes) wait for their turn at the host's place.
 *
 * Nothing that runs there depends on a line for longer than the channel lives: its far end
 * sees the end of its input and ends, and jobs belong to nobody's connection.
 */
#ifndef UD_RUNNER_FAR_H
#define UD_RUNNER_FAR_H

#include "common/buf.h"
#include "daemon/model/pair.h"
#include "daemon/runner/child.h"
#include "daemon/runner/place.h"

struct evbuffer;
struct launch;
struct runner;
struct session;

#define CHANNELS_MOST 8  /* of one line */
#define LINES_MOST    32 /* of one host */

enum channel_state {
	CHANNEL_WAITS, /* for a line */
	CHANNEL_ASKED, /* the master was asked */
	CHANNEL_OPEN,  /* it runs */
	CHANNEL_OVER   /* it does not, and its end is being told */
};

struct channel {
	struct child child;
	enum channel_state state;
	TAILQ_ENTRY(channel) entry; /* of those that wait, or of its line */
	struct far *far;
	struct line *line; /* NULL: waits for one */
	int streams[3];    /* its input, output and errors, until it is open; -1 */
	bool terminal;
	const char
	    *become;  /* instead of the host's, for its greeting; NULL: the host's */
	bool exited;  /* with status */
	bool told;    /* to end */
	int lifeline; /* our end of its input, when nobody else has it; -1 */
	struct evbuffer *unsent; /* for the lifeline; NULL: somebody else writes */
	int fd;                  /* the control socket; -1 */
	struct buf in;
	struct event *readable, *writable;
	struct event *last; /* its end, at the latest */
	int status;
	char *failure;
};
TAILQ_HEAD(channel_queue, channel);

struct line {
	LIST_ENTRY(line) entry;
	struct far *far;
	char *path; /* the control socket */
	struct child *child;
	int out;
	struct event *readable;
	struct event *timer; /* connecting: it takes too long; up: nobody uses it */
	struct buf said;
	bool up;
	bool told; /* to end */
	struct channel_queue channels;
	int count, most;
};
LIST_HEAD(line_list, line);

struct far {
	LIST_ENTRY(far) entry;
	struct runner *runner;
	struct host host; /* our copy of what matters to a connection */
	struct line_list lines;
	struct channel_queue waiting;
	struct event *turn; /* hands channels to lines, from the loop */
	bool forks;	    /* its ssh_config sends ssh to the background */
	bool greeted;       /* and this is what it said: */
	char *become;       /* words before a command that make the user; "" none */
	struct channel *greeting; /* in hand */
	int greeting_fd;
	struct event *greeting_readable;
	struct buf greeting_text;
	struct event *greeting_late;
	char *why; /* it could not be reached; NULL: it could */
	int64_t retry_ms, pause_ms;
	struct place processes;
	struct session *agent;     /* NULL: no job yet */
	struct str_list forgotten; /* folders of jobs that are to be removed */
	struct event *forget;
};
LIST_HEAD(far_list, far);

/* ssh.c */
struct far *far_find(struct runner *r, const struct host *host); /* made when new */
void far_done(struct far_list *all);
void far_schedule(struct far *f, int64_t after_ms);
void far_failed(struct far *f, char *why); /* no connection; takes why over */
void far_refused(struct far *f,
    char *why);                  /* there is one, but it cannot serve; the same */
void far_reached(struct far *f); /* it serves */
void far_lost(struct far *f, struct line *l); /* it had been up */

/* line.c */
void line_start(struct far *f);
struct line *line_with_room(struct far *f);
bool line_is_starting(const struct far *f);
int line_count(const struct far *f);
void line_leave(struct channel *c); /* takes it out of its line */
void line_free(struct line *l);

/* channel.c */
/* Runs what l says on the host; its child's end is told by ended. */
struct child *channel_open(struct far *f, const struct launch *l, child_ended_fn *ended,
    void *arg);

/* The same for a text for the login user's shell, before anything is known of the host. */
struct channel *channel_open_greeting(struct far *f, const char *line, int out,
    child_ended_fn *ended, void *arg);
void channel_begin(struct channel *c, struct line *l);
void channel_fail(struct channel *c, const char *why);
bool channel_is_open(const struct child *c);

/* greeting.c */
void greeting_begin(struct far *f, struct line *l);
void greeting_drop(struct far *f);

#endif
