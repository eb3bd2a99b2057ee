/*
 * A daemon that says what a test wrote down, on a unix socket in a fresh folder. It keeps
 * every request it got. Plain sockets: the server under test is nobody's library.
 */
#ifndef UD_TESTS_UNIT_CLIENT_FAKE_DAEMON_H
#define UD_TESTS_UNIT_CLIENT_FAKE_DAEMON_H

/* One answer. The first row that fits and is not used up is taken; none: 404. */
struct line {
	const char *request; /* "GET /v1/pairs", the path with its query */
	int status;          /* 0: the connection is closed without an answer */
	const char *body;    /* quotes are written ' */
	int uses;            /* 0: as often as it is asked for */
	const char *head;    /* more header lines, each with "\r\n"; may be NULL */
};

#define STREAM_HEAD "Content-Type: text/event-stream\r\n"

/* Starts with these lines, ended by a row without request. Test is failed on error. */
void daemon_start(const struct line *lines);
void daemon_stop(void); /* the socket file stays, as after kill -9 */

const char *daemon_socket(void);

/* "POST /v1/... If-Match=\"3\" Idempotency-Key=yes {body}\n" of each request but those for
 * the event stream. */
const char *daemon_heard(void);
int daemon_heard_count(const char *text); /* how often text stands in it */

/* JSON in a C string is easier to read with ' for ": puts the quotes in place. */
void requote(char *text);

/* What upgradectl did. */
struct ran {
	int status;
	char *out, *err;
};

/* Runs the client with these words, ended by NULL, and --socket of the daemon. */
struct ran run(const char *word, ...) __attribute__((sentinel));
void ran_done(struct ran *r);

/* Runs it and compares status and both outputs (NULL: not compared). */
#define expect(status_, out_, err_, ...)                                              \
	do {                                                                          \
		struct ran r_ = run(__VA_ARGS__, NULL);                               \
		ck_assert_msg(r_.status == (status_), "exit status %d, not %d\n%s%s", \
		    r_.status, (status_), r_.out, r_.err);                            \
		if ((out_) != NULL)                                                   \
			ck_assert_str_eq(r_.out, (const char *)(out_));               \
		if ((err_) != NULL)                                                   \
			ck_assert_str_eq(r_.err, (const char *)(err_));               \
		ran_done(&r_);                                                        \
	} while (0)

#endif
