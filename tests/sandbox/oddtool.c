/*
 * Another implementation of the utilities, as far as words, streams, delays and tempers go:
 * called as <instance>/odd/<tool> it runs <instance>/bin/<tool> and changes what that says.
 * What is changed stands in the environment:
 *
 *   ODD      words with blanks between them, see `switches` below
 *   ODD_DIR  folder that remembers which kinds of calls were made
 */
#include "tests/sandbox/oddtool.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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
	"held",      /* ttIsql prints everything when it ends */
	"noname",    /* no ConnectionName: a connection is called after its DSN */
	"order",     /* lines of ttAdmin and ttVersion -m come in another order */
	"wrap",      /* long rows and errors go over several lines */
	"more",      /* lines that nobody knows, and warnings, between the others */
	"flood",     /* more than 64 KiB on standard error before the answer */
	"tied",      /* ttVersion asks the main daemon, and does not answer without it */
	"flaky",     /* the first call, and the first statement, of each kind fails */
	"delay=",    /* MS, at most */
	"isqlstart=", "repstop=", /* MS */
	"no=",       /* NAME,NAME...: what this release does not have */
	NULL
};
/* clang-format on */

const char *odd_tool;
char odd_instance[4096];

/* ---- switches ---- */

/* A switch that nobody knows would change nothing, and a test of it would prove nothing. */
static void
check_switches(void)
{
	const char *odd = getenv("ODD");

	for (size_t n; odd != NULL && *(odd += strspn(odd, " ")) != '\0'; odd += n) {
		size_t i = 0, key;

		n = strcspn(odd, " ");
		key = strcspn(odd, "= ");
		key += odd[key] == '=';
		while (switches[i] != NULL &&
		    (strlen(switches[i]) != key || strncmp(switches[i], odd, key) != 0))
			i++;
		if (switches[i] == NULL) {
			fprintf(stderr, "oddtool: no switch %.*s\n", (int)n, odd);
			exit(2);
		}
	}
}

const char *
odd_word_at(const char *name)
{
	const char *odd = getenv("ODD");
	size_t len = strlen(name);

	for (const char *p = odd; p != NULL && (p = strstr(p, name)) != NULL; p += len)
		if ((p == odd || p[-1] == ' ') &&
		    (p[len] == ' ' || p[len] == '\0' || name[len - 1] == '='))
			return p + len;
	return NULL;
}

bool
odd_is_on(const char *name)
{
	return odd_word_at(name) != NULL;
}

long
odd_number(const char *name)
{
	const char *p = odd_word_at(name);

	return p != NULL ? strtol(p, NULL, 10) : 0;
}

void
odd_die(const char *what)
{
	fprintf(stderr, "oddtool: %s: %s\n", what, strerror(errno));
	exit(1);
}

void
odd_sleep_ms(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&t, &t) != 0)
		;
}

void
odd_delay(void)
{
	struct timespec now;
	long most = odd_number("delay=");

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (most > 0)
		odd_sleep_ms((now.tv_nsec / 1000 + getpid() * 37L) % most);
}

/* True once for each kind. */
bool
odd_is_first(const char *kind)
{
	const char *dir = getenv("ODD_DIR");
	char path[4096 + 512], name[256];
	size_t n = 0;
	int fd;

	if (dir == NULL || !odd_is_on("flaky"))
		return false;
	for (const char *p = odd_instance; *p != '\0' && n < sizeof(name) - 1; p++)
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

/* ---- a refusal that passes ---- */

static int
refuse_once(int kind)
{
	switch (kind % 5) {
	case 0:
		odd_sayf(2,
		    "*** [TimesTen][TimesTen 22.1.1.27.0 ODBC Driver][TimesTen]TT0704: Cannot "
		    "connect while recovery goes on -- file \"db.c\", lineno 7, procedure "
		    "\"x\"\n*** ODBC Error = S1000, TimesTen Error = 704\n");
		return 1;
	case 1:
		odd_sayf(2,
		    "*** [TimesTen][TimesTen 22.1.1.27.0 ODBC Driver][TimesTen]TT0994: Data "
		    "store connection terminated. Please reconnect. -- file \"db.c\", lineno "
		    "8, procedure \"x\"\n*** ODBC Error = 08006, TimesTen Error = 994\n");
		return 1;
	case 2:
		odd_sayf(2,
		    "%s: Could not connect to the TimesTen daemon.\nIf the TimesTen daemon "
		    "is not running, please start it\nby running \"ttDaemonAdmin -start\".\n",
		    odd_tool);
		return 1;
	case 3:
		odd_sayf(2,
		    "*** [TimesTen][TimesTen 22.1.1.27.0 ODBC Driver][TimesTen]TT6003: Lock "
		    "request denied because of time-out -- file \"db.c\", lineno 9, procedure "
		    "\"x\"\n*** ODBC Error = S1000, TimesTen Error = 6003\n");
		return 1;
	case 4:
		odd_sayf(2,
		    "08001: Cannot connect: Connection refused (errno 111). Network Address: "
		    "x; Port Number: 1;\n");
		return 1;
	}
	return 1;
}

int
odd_hash(const char *s)
{
	unsigned h = 5381;

	for (; *s != '\0'; s++)
		h = h * 33 + (unsigned char)*s;
	return (int)(h % 1000);
}

/* ---- every tool but ttIsql ---- */

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
ask(struct odd_text *ret)
{
	static const char *const prompts[] = { "\nLogin name at the source: ",
		"\nPassphrase? " };
	struct termios was, quiet;
	FILE *tty = fopen("/dev/tty", "r+");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (tty == NULL)
		odd_die("/dev/tty");
	tcgetattr(fileno(tty), &was);
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	for (int i = 0; i < 2; i++) {
		fputs(prompts[i], tty);
		fflush(tty);
		tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
		n = getline(&line, &size, tty);
		if (n <= 0)
			odd_die("no answer");
		text_add(ret, line, (size_t)n);
		fseek(tty, 0, SEEK_CUR);
	}
	free(line);
	fclose(tty);
}

static bool
is_silent(char **argv, int status)
{
	bool migrate = strcmp(odd_tool, "ttMigrate") == 0;

	if (status != 0)
		return false;
	if (migrate && odd_is_on("outonly") && has(argv, "-r"))
		return true;
	if (migrate && odd_is_on("inonly") && has(argv, "-c"))
		return true;
	return odd_is_on("silent") && (migrate || strcmp(odd_tool, "ttRepAdmin") == 0);
}

static void
confirm(char **argv, int status)
{
	if (!odd_is_on("confirm") || status != 0)
		return;
	if (strcmp(odd_tool, "ttDestroy") == 0)
		odd_sayf(1,
		    "Data store /x was destroyed; it was not found to be in use.\n");
	else if (strcmp(odd_tool, "ttAdmin") == 0 && !has(argv, "-query"))
		odd_sayf(1,
		    "1 request done: no error, the command was not repeated.\n");
}

/* The attribute is passed over. */
static void
forget_names(char **argv)
{
	for (; *argv != NULL; argv++) {
		char *name = strcasestr(*argv, ";ConnectionName="), *end;

		if (name == NULL)
			continue;
		end = name + 1 + strcspn(name + 1, ";");
		memmove(name, end, strlen(end) + 1);
	}
}

/* Asks ttStatus of the sandbox whether the main daemon runs. */
static bool
daemon_is_down(void)
{
	static char status[] = "ttStatus";
	char *words[] = { status, NULL };
	struct odd_text out = { 0 }, err = { 0 };
	const char *was = odd_tool;
	struct odd_child c;

	odd_tool = status;
	child_begin(&c, words, false);
	child_await(&c, NULL, &out, &err);
	odd_tool = was;
	free(out.s);
	free(err.s);
	return child_reap(&c) != 0;
}

static int
odd_run_tool(char **argv)
{
	struct odd_text out = { 0 }, err = { 0 }, answers = { 0 };
	bool asks = odd_is_on("prompts") && has(argv, "-duplicate");
	struct odd_child c;
	int status;

	odd_delay();
	if (odd_is_on("tied") && strcmp(odd_tool, "ttVersion") == 0 && daemon_is_down()) {
		odd_sayf(2, "ttVersion: Could not connect to the TimesTen daemon.\n");
		return 1;
	}
	if (asks)
		ask(&answers);
	child_begin(&c, argv, asks);
	if (asks) {
		odd_put(c.in, answers.s, answers.len);
		close(c.in);
	}
	child_await(&c, NULL, &out, &err);
	status = child_reap(&c);
	if (!is_silent(argv, status)) {
		odd_flood();
		odd_banner();
		odd_say(1, out.s);
		odd_say(2, err.s);
		confirm(argv, status);
	}
	return odd_is_on("exit1") && status >= 5 && status <= 9 ? 1 : status;
}

int
main(int argc, char **argv)
{
	char kind[256];
	char *slash = strrchr(argv[0], '/');

	check_switches();
	signal(SIGPIPE, SIG_IGN);
	if (slash == NULL || slash == argv[0])
		return 2;
	odd_tool = slash + 1;
	snprintf(odd_instance, sizeof(odd_instance), "%.*s", (int)(slash - argv[0]),
	    argv[0]);
	slash = strrchr(odd_instance, '/');
	if (slash == NULL)
		return 2;
	*slash = '\0';
	snprintf(kind, sizeof(kind), "%s %s", odd_tool, argc > 1 ? argv[1] : "");
	if (odd_is_first(kind)) {
		odd_delay();
		return refuse_once(odd_hash(kind));
	}
	if (odd_is_on("noname"))
		forget_names(argv);
	if (strcmp(odd_tool, "ttIsql") == 0)
		return odd_run_session(argv);
	return odd_run_tool(argv);
}
