/*
 * What the files of oddtool share (oddtool.c: what it is, and its switches). Everything ends the
 * process when the system refuses.
 */
#ifndef UD_TESTS_SANDBOX_ODDTOOL_H
#define UD_TESTS_SANDBOX_ODDTOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

extern const char *odd_tool;    /* which it stands for: "ttIsql" */
extern char odd_instance[4096]; /* the folder whose bin/ has the sandbox's tools */

/* A switch of ODD; what stands behind one with a value, as "delay=", or NULL; its number, or 0. */
bool odd_is_on(const char *name);
const char *odd_word_at(const char *name);
long odd_number(const char *name);

/* With the switch flaky: true once for each kind of call or statement. */
bool odd_is_first(const char *kind);

void odd_die(const char *what);
void odd_sleep_ms(long ms);
void odd_delay(void); /* by chance, at most delay=MS */
int odd_hash(const char *s);

/* oddtool_text.c: text that grows; s is NULL until something was added, and to be freed. */
struct odd_text {
	char *s;
	size_t len, cap;
};
void text_add(struct odd_text *t, const char *s, size_t n);
void text_adds(struct odd_text *t, const char *s);
void text_replace(struct odd_text *t, const char *from,
    const char *to);                              /* in any case */
void odd_put(int fd, const char *s, size_t n);    /* all of it */
bool odd_starts(const char *s, const char *word); /* in any case */

/*
 * oddtool_words.c: prints in other words. which: 1 for what was standard output, 2 for what was
 * standard error; switches say where it goes. The text of odd_say() is changed; NULL: nothing.
 */
void odd_say(int which, char *text);
void odd_sayf(int which, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void odd_banner(void);
void odd_flood(void);
void odd_release(void); /* what the switch held has kept back */

/* oddtool_child.c: the tool of the sandbox that does the work. */
struct odd_child {
	pid_t pid;
	int in, out, err; /* -1: ours */
};
void child_begin(struct odd_child *c, char **argv, bool with_input);
int child_reap(struct odd_child *c); /* its exit status */

/* Reads until the row that begins with this word was printed, which is not in out: true. Until
 * the end, with NULL or where it does not come: false. */
bool child_await(struct odd_child *c, const char *word, struct odd_text *out,
    struct odd_text *err);

/* oddtool_isql.c: ttIsql with statements on standard input; returns the exit status. */
int odd_run_session(char **argv);

#endif
