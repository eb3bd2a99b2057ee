#include "config.h"

#include "daemon/runner/prompt.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/str.h"
#include "daemon/runner/parts.h"
#include "daemon/runner/stream.h"

/* Programs print the prompt, then empty the terminal's input, then read. */
#define SETTLE_MS 30
#define TAIL      512

enum source { FROM_TERMINAL, FROM_OUTPUT, SOURCES };

struct prompt {
	int master;
	struct event *readable;
	struct event *settled;
	const struct secret *password;
	char *user;
	int given, passwords; /* all answers, and those that are passwords */
	char asked[TAIL]; /* the last prompt for a password */
	char tails[SOURCES][TAIL]; /* what stands behind the last line end */
};

/* clang-format off */
static const struct { const char *word; bool password; } words[] = {
	{ "passw",    true },
	{ "passphr",  true },
	{ "pwd",      true },
	{ "uid",      false },
	{ "user",     false },
	{ "login",    false },
};
/* clang-format on */

/* A tool that asks for two passwords in the very same words wants one after the other. */
static const char *
find_password(struct prompt *p, const char *tail)
{
	bool again = p->passwords++ == 1 && strcmp(p->asked, tail) == 0;

	str_copy(p->asked, sizeof(p->asked), tail);
	return secret_reveal_for(p->password, tail, again);
}

/* The answer to what is asked, NULL: none of ours. */
static const char *
find_answer(struct prompt *p, const char *tail)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_find_nocase(tail, words[i].word) != NULL)
			return words[i].password ? find_password(p, tail) : p->user;
	return NULL;
}

void
prompt_type(struct prompt *p, const char *text)
{
	char *line = mem_printf("%s\n", text);
	size_t len = strlen(line);

	if (write(p->master, line, len) < 0 && errno == EIO)
		event_del(p->readable); /* nobody is there any more */
	explicit_bzero(line, len);
	free(line);
}

static void
give(struct prompt *p, const char *answer)
{
	p->given++;
	prompt_type(p, answer);
}

static void
on_settled(evutil_socket_t fd, short what, void *arg)
{
	struct prompt *p = arg;

	(void)fd;
	(void)what;
	for (int i = 0; i < SOURCES && p->given < PROMPTS_MOST; i++) {
		const char *answer = find_answer(p, p->tails[i]);

		if (answer == NULL)
			continue;
		p->tails[i][0] = '\0';
		give(p, answer);
	}
}

static void
add(struct prompt *p, enum source from, const char *text, size_t len)
{
	char *tail = p->tails[from];
	size_t have;

	for (size_t i = 0; i < len; i++) {
		have = strlen(tail);
		if (text[i] == '\n' || text[i] == '\r') {
			tail[0] = '\0';
		} else if (have < TAIL - 1) {
			tail[have] = text[i];
			tail[have + 1] = '\0';
		}
	}
	if (p->tails[FROM_TERMINAL][0] != '\0' || p->tails[FROM_OUTPUT][0] != '\0')
		timer_start(p->settled, SETTLE_MS);
	else
		event_del(p->settled);
}

/* The end of the stream means that no process has the terminal any more. */
static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct prompt *p = arg;
	struct buf b = { .cap = 4 * (size_t)TAIL };

	(void)what;
	if (!stream_read(fd, &b))
		event_del(p->readable);
	add(p, FROM_TERMINAL, buf_text(&b), b.len);
	buf_done(&b);
}

void
prompt_output(struct prompt *p, const char *text, size_t len)
{
	const char *end = memrchr(text, '\n', len);
	size_t skip = end != NULL ? (size_t)(end - text) : 0;

	add(p, FROM_OUTPUT, text + skip, len - skip);
}

const char *
prompt_unanswered(const struct prompt *p)
{
	const char *terminal = p->tails[FROM_TERMINAL];

	return terminal[0] != '\0' ? terminal : p->tails[FROM_OUTPUT];
}

static int
open_terminal(int *ret_master, int *ret_slave)
{
	char name[64];
	struct termios mode;
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	int slave = -1;

	if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0 &&
	    ptsname_r(master, name, sizeof(name)) == 0)
		slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || tcgetattr(slave, &mode) != 0)
		goto fail;
	mode.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	if (tcsetattr(slave, TCSANOW, &mode) != 0)
		goto fail;
	*ret_master = master;
	*ret_slave = slave;
	return 0;
fail:
	if (slave >= 0)
		close(slave);
	if (master >= 0)
		close(master);
	return -1;
}

int
prompt_open(struct event_base *base, const struct secret *password, const char *user,
    struct prompt **ret, int *ret_terminal, struct ud_error *err)
{
	struct prompt *p;
	int master;

	if (open_terminal(&master, ret_terminal) != 0)
		return ud_fail(err, UD_ESYSTEM, "no terminal: %s", strerror(errno));
	p = mem_alloc(sizeof(*p));
	p->master = master;
	p->password = password;
	p->user = mem_strdup(user);
	p->readable = event_new(base, master, EV_READ | EV_PERSIST, on_readable, p);
	p->settled = evtimer_new(base, on_settled, p);
	event_add(p->readable, NULL);
	*ret = p;
	return 0;
}

void
prompt_close(struct prompt *p)
{
	if (p == NULL)
		return;
	event_free(p->readable);
	event_free(p->settled);
	close(p->master);
	free(p->user);
	free(p);
}
