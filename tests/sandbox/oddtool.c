/*
 * Another implementation of the utilities, as far as words, streams, delays and tempers go:
 * called as <instance>/odd/<tool> it runs <instance>/bin/<tool> and changes what that says.
 * What is changed stands in the environment:
 *
 *   ODD      words with blanks between them, see `switches` below
 *   ODD_DIR  folder that remembers which kinds of calls were made
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* clang-format off */
static const char *const switches[] = {
	"swap",      /* standard output and error change places */
	"merge",     /* all on standard output */
	"errors",    /* all on standard error */
	"upper",     /* words in capitals; data, paths and rows stay */
	"lower",     /* the same in small letters */
	"wide",      /* tabs and runs of blanks where one was, blanks at both ends */
	"crlf",
	"blank",     /* an empty line after each line */
	"banner",    /* copyright, version and connection strings before the rest */
	"v2",        /* prompts, echo of statements, "1 row found." */
	"zeros",     /* error numbers with five digits */
	"database",  /* for data store */
	"exit1",     /* statuses 5 to 9 are 1 */
	"nonumber",  /* errors of ttAdmin have words only */
	"norows",    /* ttStatus shows no connections */
	"noagent",   /* ttStatus has no line about agents, rows only */
	"nocount",   /* ttStatus does not say how many connections there are */
	"tight",     /* <a,b> */
	"loose",     /*    <  a ,  b  > */
	"isqlexit",  /* ttIsql ends at the first error */
	"confirm",   /* ttDestroy and ttAdmin say what they did */
	"silent",    /* ttMigrate and ttRepAdmin say nothing when it went well */
	"nocounts",  /* ttMigrate prints no n/m rows */
	"brief",     /* ttMigrate says neither counts nor "successfully" */
	"outonly",   /* ttMigrate -r is silent, -c is not */
	"inonly",    /* the other way round */
	"prompts",   /* user and password are asked for in other words */
	"flaky",     /* the first call, and the first statement, of each kind fails */
	NULL         /* and: delay=MS (at most), isqlstart=MS, repstop=MS, no=NAME,NAME... */
};
/* clang-format on */

static const char *tool;
static char instance[4096];

/* ---- switches ---- */

static const char *
word_at(const char *name)
{
	const char *odd = getenv("ODD");
	size_t len = strlen(name);

	for (const char *p = odd; p != NULL && (p = strstr(p, name)) != NULL; p += len)
		if ((p == odd || p[-1] == ' ') &&
		    (p[len] == ' ' || p[len] == '\0' || name[len - 1] == '='))
			return p + len;
	return NULL;
}

static bool
on(const char *name)
{
	return word_at(name) != NULL;
}

static long
number(const char *name)
{
	const char *p = word_at(name);

	return p != NULL ? strtol(p, NULL, 10) : 0;
}

static void
die(const char *what)
{
	fprintf(stderr, "oddtool: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
sleep_ms(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&t, &t) != 0)
		;
}

static void
delay(void)
{
	struct timespec now;
	long most = number("delay=");

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (most > 0)
		sleep_ms((now.tv_nsec / 1000 + getpid() * 37L) % most);
}

/* True once for each kind. */
static bool
is_first(const char *kind)
{
	const char *dir = getenv("ODD_DIR");
	char path[4096 + 512], name[256];
	size_t n = 0;
	int fd;

	if (dir == NULL || !on("flaky"))
		return false;
	for (const char *p = instance; *p != '\0' && n < sizeof(name) - 1; p++)
		name[n++] = *p == '/' ? '_' : *p;
	for (; *kind != '\0' && n < sizeof(name) - 1; kind++)
		name[n++] = isalnum((unsigned char)*kind) ? *kind : '_';
	name[n] = '\0';
	snprintf(path, sizeof(path), "%s/%s", dir, n > 120 ? name + n - 120 : name);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* ---- text that grows ---- */

struct text {
	char *s;
	size_t len, cap;
};

static void
add(struct text *t, const char *s, size_t n)
{
	if (t->len + n + 1 > t->cap) {
		t->cap = 2 * (t->len + n + 1);
		t->s = realloc(t->s, t->cap);
		if (t->s == NULL)
			die("memory");
	}
	memcpy(t->s + t->len, s, n);
	t->len += n;
	t->s[t->len] = '\0';
}

static void
adds(struct text *t, const char *s)
{
	add(t, s, strlen(s));
}

static void
put(int fd, const char *s, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, s, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			exit(1);
		s += k;
		n -= (size_t)k;
	}
}

/* ---- one line in other words ---- */

static bool
starts(const char *s, const char *word)
{
	return strncasecmp(s, word, strlen(word)) == 0;
}

static void
replace(struct text *t, const char *from, const char *to)
{
	struct text r = { 0 };
	char *p = t->s, *at;

	while ((at = strcasestr(p, from)) != NULL) {
		add(&r, p, (size_t)(at - p));
		adds(&r, to);
		p = at + strlen(from);
	}
	adds(&r, p);
	free(t->s);
	*t = r;
}

/* "TT707:" and "  707:" get five digits. */
static void
pad_numbers(struct text *t)
{
	char *p = strstr(t->s, "TT"), *colon = strchr(t->s, ':'), *start;
	struct text r = { 0 };
	size_t n;

	if (p != NULL && isdigit((unsigned char)p[2]))
		start = p + 2;
	else
		for (start = t->s; *start == ' ';)
			start++;
	n = strspn(start, "0123456789");
	if (n == 0 || n > 4 || start[n] != ':' || (p == NULL && colon != start + n))
		return;
	add(&r, t->s, (size_t)(start - t->s));
	add(&r, "0000", 5 - n);
	adds(&r, start);
	free(t->s);
	*t = r;
}

/* From the first of these on it is data. */
static size_t
words_length(const char *line)
{
	return strcspn(line, "/<\"'=");
}

static void
change_case(struct text *t)
{
	size_t n = words_length(t->s);

	/* "Enter host:", an error's number and "version=" keep their place, not their case. */
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)t->s[i];

		if (t->s[i] == 'T' && t->s[i + 1] == 'T' &&
		    isdigit((unsigned char)t->s[i + 2]))
			return;
		t->s[i] = (char)(on("upper") ? toupper(c) : tolower(c));
	}
}

static void
widen(struct text *t)
{
	struct text r = { 0 };
	size_t n = words_length(t->s);

	adds(&r, isdigit((unsigned char)t->s[0]) ? " " : " \t");
	for (size_t i = 0; i < n; i++)
		if (t->s[i] == ' ')
			adds(&r, i % 2 != 0 ? "\t " : "   ");
		else
			add(&r, t->s + i, 1);
	adds(&r, t->s + n);
	adds(&r, " \t ");
	free(t->s);
	*t = r;
}

static void
change_row(struct text *t)
{
	if (on("tight")) {
		replace(t, "< ", "<");
		replace(t, " >", ">");
		replace(t, ", ", ",");
	} else if (on("loose")) {
		replace(t, "< ", "   <  ");
		replace(t, " >", "  >");
		replace(t, ", ", " ,  ");
	}
}

static void
drop_number(struct text *t)
{
	char *p = strstr(t->s, "TT");
	size_t n;

	if (starts(t->s, "*** ODBC Error"))
		t->s[t->len = 0] = '\0';
	if (p == NULL || !isdigit((unsigned char)p[2]))
		return;
	n = 2 + strspn(p + 2, "0123456789");
	while (p[n] == ':' || p[n] == ' ')
		n++;
	memmove(t->s, p + n, strlen(p + n) + 1);
	t->len = strlen(t->s);
}

/* A line of ttStatus that this implementation does not have. */
static bool
is_dropped(const char *line)
{
	static const char *const kinds[] = { "Process", "Server", "Replication ",
		"Subdaemon", "Cache Agent", "Type  ", NULL };

	if (strcmp(tool, "ttMigrate") == 0)
		return (on("nocounts") || on("brief")) &&
		    strstr(line, " rows") != NULL && strchr(line, '/') != NULL;
	if (strcmp(tool, "ttStatus") != 0)
		return false;
	if (on("noagent") && strstr(line, "gent is running") != NULL)
		return true;
	if (on("nocount") && starts(line, "There "))
		return true;
	for (int i = 0; on("norows") && kinds[i] != NULL; i++)
		if (starts(line, kinds[i]) && strchr(line, ':') == NULL &&
		    strstr(line, " is ") == NULL)
			return true;
	return false;
}

static void
change_line(struct text *out, const char *line)
{
	struct text t = { 0 };

	if (is_dropped(line))
		return;
	adds(&t, line);
	if (*line == '<') {
		change_row(&t);
	} else {
		if (on("nonumber") && strcmp(tool, "ttAdmin") == 0)
			drop_number(&t);
		if (on("brief") && strcmp(tool, "ttMigrate") == 0) {
			replace(&t, " successfully saved", " done");
			replace(&t, " successfully restored", " done");
		}
		if (on("database"))
			replace(&t, "data store", "Database");
		if (on("zeros"))
			pad_numbers(&t);
		if (on("upper") || on("lower"))
			change_case(&t);
		if (on("wide"))
			widen(&t);
	}
	if (on("v2") && *line == '<')
		adds(out, "Command> ");
	adds(out, t.s);
	adds(out, on("crlf") ? "\r\n" : "\n");
	if (on("blank"))
		adds(out, on("crlf") ? "\r\n" : "\n");
	free(t.s);
}

static void
change_text(struct text *out, char *text)
{
	char *next;

	for (; text != NULL && *text != '\0'; text = next) {
		next = strchr(text, '\n');
		if (next != NULL)
			*next++ = '\0';
		change_line(out, text);
	}
}

/* which: 1 what was standard output, 2 what was standard error. */
static void
say(int which, char *text)
{
	struct text out = { 0 };
	int fd = on("merge") ? 1 : on("errors") ? 2 : on("swap") ? 3 - which : which;

	change_text(&out, text);
	if (out.len > 0)
		put(fd, out.s, out.len);
	free(out.s);
}

static void
sayf(int which, const char *fmt, ...)
{
	char line[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	say(which, line);
}

static void
banner(void)
{
	if (!on("banner"))
		return;
	sayf(1,
	    "\nCopyright (c) 1996, 2031, Oracle and/or its affiliates. All rights reserved.\n");
	if (strcmp(tool, "ttIsql") == 0)
		sayf(1,
		    "Type ? or \"help\" for help, type \"exit\" to quit ttIsql.\n\n"
		    "connect \"DSN=x;AutoCreate=0\";\n"
		    "Connection successful: DSN=x;UID=tt;DataStore=/x;PermSize=64;\n"
		    "(Default setting AutoCommit=1)\n");
	else
		sayf(2,
		    "Note: messages may be localized; at 12:00 the locale was C (rc 0)\n");
}

/* ---- a refusal that passes ---- */

static int
refuse_once(int kind)
{
	switch (kind % 5) {
	case 0:
		sayf(2,
		    "*** [TimesTen][TimesTen 22.1.1.27.0 ODBC Driver][TimesTen]TT0704: Cannot "
		    "connect while recovery goes on -- file \"db.c\", lineno 7, procedure "
		    "\"x\"\n*** ODBC Error = S1000, TimesTen Error = 704\n");
		return 1;
	case 1:
		sayf(2,
		    "*** [TimesTen][TimesTen 22.1.1.27.0 ODBC Driver][TimesTen]TT0994: Data "
		    "store connection terminated. Please reconnect. -- file \"db.c\", lineno "
		    "8, procedure \"x\"\n*** ODBC Error = 08006, TimesTen Error = 994\n");
		return 1;
	case 2:
		sayf(2,
		    "%s: Could not connect to the TimesTen daemon.\nIf the TimesTen daemon "
		    "is not running, please start it\nby running \"ttDaemonAdmin -start\".\n",
		    tool);
		return 1;
	case 3:
		sayf(2,
		    "*** [TimesTen][TimesTen 22.1.1.27.0 ODBC Driver][TimesTen]TT6003: Lock "
		    "request denied because of time-out -- file \"db.c\", lineno 9, procedure "
		    "\"x\"\n*** ODBC Error = S1000, TimesTen Error = 6003\n");
		return 1;
	case 4:
		sayf(2,
		    "08001: Cannot connect: Connection refused (errno 111). Network Address: "
		    "x; Port Number: 1;\n");
		return 1;
	}
	return 1;
}

static int
hash(const char *s)
{
	unsigned h = 5381;

	for (; *s != '\0'; s++)
		h = h * 33 + (unsigned char)*s;
	return (int)(h % 1000);
}

/* ---- the sandbox's tool ---- */

struct child {
	pid_t pid;
	int in, out, err; /* -1: ours */
};

static void
begin(struct child *c, char **argv, bool with_input)
{
	char path[8192];
	int in[2], out[2], err[2];

	snprintf(path, sizeof(path), "%s/bin/%s", instance, tool);
	if ((with_input && pipe(in) != 0) || pipe(out) != 0 || pipe(err) != 0)
		die("pipe");
	c->pid = fork();
	if (c->pid < 0)
		die("fork");
	if (c->pid == 0) {
		if (with_input) {
			dup2(in[0], 0);
			close(in[0]);
			close(in[1]);
		}
		dup2(out[1], 1);
		dup2(err[1], 2);
		close(out[0]);
		close(out[1]);
		close(err[0]);
		close(err[1]);
		argv[0] = path;
		execv(path, argv);
		_exit(127);
	}
	close(out[1]);
	close(err[1]);
	c->in = -1;
	if (with_input) {
		close(in[0]);
		c->in = in[1];
	}
	c->out = out[0];
	c->err = err[0];
}

static bool
take(int fd, struct text *t)
{
	char buffer[65536];
	ssize_t n = read(fd, buffer, sizeof(buffer));

	if (n > 0)
		add(t, buffer, (size_t)n);
	return n > 0;
}

static int
reap(struct child *c)
{
	int status;

	while (waitpid(c->pid, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Reads until the row of this word was printed, or until the end: then false. */
static bool
await(struct child *c, const char *word, struct text *out, struct text *err)
{
	struct pollfd fds[2] = { { .fd = c->out, .events = POLLIN },
		{ .fd = c->err, .events = POLLIN } };

	for (;;) {
		char *row =
		    word != NULL && out->s != NULL ? strstr(out->s, word) : NULL;

		if (row != NULL && strchr(row, '\n') != NULL) {
			row[0] = '\0';
			out->len = (size_t)(row - out->s);
			while (poll(&fds[1], 1, 0) > 0 &&
			    (fds[1].revents & POLLIN) != 0 && take(c->err, err))
				;
			return true;
		}
		if (fds[0].fd < 0 && fds[1].fd < 0)
			return false;
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents != 0 && !take(c->out, out))
			fds[0].fd = -1;
		if (fds[1].revents != 0 && !take(c->err, err))
			fds[1].fd = -1;
	}
}

/* ---- ttIsql with statements on standard input ---- */

static void
hide_names(struct text *statement)
{
	const char *p = word_at("no=");

	while (p != NULL && *p != '\0' && *p != ' ') {
		char name[64], other[80];
		size_t n = strcspn(p, ", ");

		snprintf(name, sizeof(name), "%.*s", (int)n, p);
		snprintf(other, sizeof(other), "Z%s", name);
		replace(statement, name, other);
		p += n + (p[n] == ',');
	}
}

/* "call ttRepStateGet", "insert into": the first two words. */
static void
kind_of(const char *statement, char *buf, size_t size)
{
	size_t n = strcspn(statement, " ");

	if (statement[n] == ' ')
		n += 1 + strcspn(statement + n + 1, " (;");
	snprintf(buf, size, "isql-%.*s", (int)n, statement);
}

static bool
refuse_statement(const char *statement)
{
	char kind[128];

	if (starts(statement, "select 'done-") || starts(statement, "select 'q-"))
		return false;
	kind_of(statement, kind, sizeof(kind));
	if (!is_first(kind))
		return false;
	switch (hash(kind) % 3) {
	case 0:
		sayf(2,
		    " 6003: Lock request denied because of time-out\n"
		    "Details: Tran 7.1 (pid 1) wants Xn lock\nThe command failed.\n");
		return true;
	case 1:
		sayf(2,
		    " 6002: Lock request denied because of deadlock\nThe command failed.\n");
		return true;
	case 2:
		sayf(2, "  994: Data store connection terminated. Please reconnect.\n");
		exit(1);
	}
	return true;
}

static void
found(const struct text *out)
{
	int rows = 0;

	for (const char *p = out->s; p != NULL && (p = strchr(p, '<')) != NULL; p++)
		rows += p == out->s || p[-1] == '\n';
	if (on("v2") && rows > 0)
		sayf(1, "%d row%s found.\n\n", rows, rows == 1 ? "" : "s");
}

static void
run_statement(struct child *c, const char *line)
{
	static int n;
	struct text out = { 0 }, err = { 0 }, statement = { 0 }, count = { 0 };
	char word[64], query[128];
	bool alive, failed;

	adds(&statement, line);
	if (on("v2"))
		sayf(1, "Command> %s\n", line);
	if (strcasestr(line, "ttRepStop") != NULL)
		sleep_ms(number("repstop="));
	if (refuse_statement(line)) {
		free(statement.s);
		return;
	}
	hide_names(&statement);
	snprintf(word, sizeof(word), "< odd-%d >", ++n);
	snprintf(query, sizeof(query), "\nselect 'odd-%d' from dual;\n", n);
	adds(&statement, query);
	put(c->in, statement.s, statement.len);
	alive = await(c, word, &out, &err);
	failed = err.len > 0;
	if (out.len > 0)
		adds(&count, out.s);
	if (out.s != NULL)
		say(1, out.s);
	if (!failed)
		found(&count);
	if (err.s != NULL)
		say(2, err.s);
	if (failed && on("v2"))
		sayf(2, "The command failed.\n");
	free(out.s);
	free(err.s);
	free(statement.s);
	free(count.s);
	if (!alive)
		exit(reap(c));
	if (failed && on("isqlexit"))
		exit(1);
}

static int
run_session(char **argv)
{
	struct text rest = { 0 }, err = { 0 };
	struct child c;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	sleep_ms(number("isqlstart="));
	banner();
	begin(&c, argv, true);
	while ((n = getline(&line, &size, stdin)) > 0) {
		while (n > 0 && isspace((unsigned char)line[n - 1]))
			line[--n] = '\0';
		if (n == 0)
			continue;
		if (starts(line, "exit"))
			break;
		run_statement(&c, line);
	}
	free(line);
	put(c.in, "exit;\n", 6);
	close(c.in);
	await(&c, NULL, &rest, &err);
	say(1, rest.s);
	say(2, err.s);
	if (on("banner"))
		sayf(1, "Disconnecting...\nDone.\n");
	return reap(&c);
}

/* ---- the others ---- */

static bool
has(char **argv, const char *option)
{
	for (; *argv != NULL; argv++)
		if (strcasecmp(*argv, option) == 0)
			return true;
	return false;
}

/* Asks in its own words; the answers go to the tool's standard input, so the sandbox needs
 * the knob prompts_without_terminal. */
static void
ask(struct text *ret)
{
	static const char *const prompts[] = { "\nLogin name at the source: ",
		"\nPassphrase? " };
	struct termios was, quiet;
	FILE *tty = fopen("/dev/tty", "r+");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (tty == NULL)
		die("/dev/tty");
	tcgetattr(fileno(tty), &was);
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	for (int i = 0; i < 2; i++) {
		fputs(prompts[i], tty);
		fflush(tty);
		tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
		n = getline(&line, &size, tty);
		if (n <= 0)
			die("no answer");
		add(ret, line, (size_t)n);
		fseek(tty, 0, SEEK_CUR);
	}
	free(line);
	fclose(tty);
}

static bool
is_silent(char **argv, int status)
{
	bool migrate = strcmp(tool, "ttMigrate") == 0;

	if (status != 0)
		return false;
	if (migrate && on("outonly") && has(argv, "-r"))
		return true;
	if (migrate && on("inonly") && has(argv, "-c"))
		return true;
	return on("silent") && (migrate || strcmp(tool, "ttRepAdmin") == 0);
}

static void
confirm(char **argv, int status)
{
	if (!on("confirm") || status != 0)
		return;
	if (strcmp(tool, "ttDestroy") == 0)
		sayf(1,
		    "Data store /x was destroyed; it was not found to be in use.\n");
	else if (strcmp(tool, "ttAdmin") == 0 && !has(argv, "-query"))
		sayf(1, "1 request done: no error, the command was not repeated.\n");
}

static int
run_tool(char **argv)
{
	struct text out = { 0 }, err = { 0 }, answers = { 0 };
	bool asks = on("prompts") && has(argv, "-duplicate");
	struct child c;
	int status;

	delay();
	if (asks)
		ask(&answers);
	begin(&c, argv, asks);
	if (asks) {
		put(c.in, answers.s, answers.len);
		close(c.in);
	}
	await(&c, NULL, &out, &err);
	status = reap(&c);
	if (!is_silent(argv, status)) {
		banner();
		say(1, out.s);
		say(2, err.s);
		confirm(argv, status);
	}
	return on("exit1") && status >= 5 && status <= 9 ? 1 : status;
}

int
main(int argc, char **argv)
{
	char kind[256];
	char *slash = strrchr(argv[0], '/');

	(void)switches;
	signal(SIGPIPE, SIG_IGN);
	if (slash == NULL || slash == argv[0])
		return 2;
	tool = slash + 1;
	snprintf(instance, sizeof(instance), "%.*s", (int)(slash - argv[0]), argv[0]);
	slash = strrchr(instance, '/');
	if (slash == NULL)
		return 2;
	*slash = '\0';
	snprintf(kind, sizeof(kind), "%s %s", tool, argc > 1 ? argv[1] : "");
	if (is_first(kind)) {
		delay();
		return refuse_once(hash(kind));
	}
	if (strcmp(tool, "ttIsql") == 0)
		return run_session(argv);
	return run_tool(argv);
}
