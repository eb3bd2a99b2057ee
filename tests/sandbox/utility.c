#include "tests/sandbox/utility.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/need.h"

static bool
option_is(const char *word, const char *name)
{
	return strlen(name) == 2 ? strcmp(word, name) == 0
				 : strcasecmp(word, name) == 0;
}

static void
print_usage(const struct utility *u, FILE *to)
{
	fprintf(to,
	    "Usage:\n  %s [options] {-connStr <connection_string> | <DSN>}\n"
	    "  %s {-h | -help | -?}\n  %s {-V | -version}\n",
	    u->name, u->name, u->name);
}

bool
utility_tells_itself(const struct utility *u)
{
	const char *word = u->argc == 2 ? u->argv[1] : "";

	if (option_is(word, "-h") || option_is(word, "-help") || option_is(word, "-?"))
		print_usage(u, stdout);
	else if (option_is(word, "-V") || option_is(word, "-version"))
		printf("TimesTen Release %s\n", u->w->release);
	else
		return false;
	return true;
}

int
utility_usage(struct utility *u, const char *why, const char *word)
{
	fprintf(u->errors, "%s: %s%s%s\n", u->name, why, word[0] != '\0' ? ": " : "",
	    word);
	print_usage(u, u->errors);
	return -1;
}

int
utility_parse(struct utility *u, struct option_spec *specs, const char **words, int max)
{
	int n = 0;

	for (int i = 1; i < u->argc; i++) {
		struct option_spec *o = specs;

		if (u->argv[i][0] != '-') {
			if (n == max)
				return utility_usage(u, "unexpected argument",
				    u->argv[i]);
			words[n++] = u->argv[i];
			continue;
		}
		while (o->name != NULL && !option_is(u->argv[i], o->name))
			o++;
		if (o->name == NULL)
			return utility_usage(u, "unrecognized option", u->argv[i]);
		if (o->values > 0 && i + 1 >= u->argc)
			return utility_usage(u, "option needs a value", u->argv[i]);
		o->seen++;
		if (o->values > 0)
			o->value = u->argv[++i];
	}
	return n;
}

int
utility_dsn(struct utility *u, const char *argument)
{
	struct sim_error err;

	if (argument == NULL)
		return utility_usage(u, "missing argument", "DSN");
	if (world_dsn(u->w, argument, &u->dsn) == 0 && u->dsn.path[0] != '\0')
		return 0;
	(void)refuse(&err, 0,
	    "Data source name not found and no default driver specified: %s", argument);
	need_fit(err.state, sizeof(err.state), "IM002");
	return utility_refuse(u, &err, -1);
}

int
utility_refuse(struct utility *u, const struct sim_error *err, int status)
{
	refuse_print(u->w, err, u->errors);
	return status;
}

int
utility_connect(struct utility *u, struct session *c, struct sim_error *err)
{
	char *text;

	if (u->dsn.has_uid && !u->dsn.has_pwd) {
		text = need_format("Enter password for '%s': ", u->dsn.uid);
		if (utility_prompt(u, text, u->dsn.pwd, sizeof(u->dsn.pwd)) != 0) {
			free(text);
			return refuse(err, 7001, NULL);
		}
		free(text);
		u->dsn.has_pwd = true;
	}
	return session_open(c, u->w, &u->dsn, "utility",
	    u->dsn.connection[0] != '\0' ? u->dsn.connection : u->dsn.name, err);
}

static int
read_line(int fd, char *ret, size_t size_bytes)
{
	size_t n = 0;
	char c;

	while (read(fd, &c, 1) == 1 && c != '\n')
		if (n + 1 < size_bytes)
			ret[n++] = c;
	ret[n] = '\0';
	return 0;
}

int
utility_prompt(struct utility *u, const char *text, char *ret, size_t size_bytes)
{
	struct termios before, quiet;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

	fflush(stdout);
	if (fd < 0) {
		if (knob_int(u->w, NULL, "prompts_without_terminal", 0) == 0) {
			fprintf(u->errors, "%s: no terminal to ask for a password\n",
			    u->name);
			return -1;
		}
		fputs(text, stdout);
		fflush(stdout);
		return read_line(0, ret, size_bytes);
	}
	(void)tcgetattr(fd, &before);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	(void)tcsetattr(fd, TCSAFLUSH, &quiet);
	(void)!write(fd, text, strlen(text));
	(void)read_line(fd, ret, size_bytes);
	(void)tcsetattr(fd, TCSAFLUSH, &before);
	(void)!write(fd, "\n", 1);
	close(fd);
	return 0;
}

int
utility_hold(struct utility *u, struct wire *wire, const char *why, struct sim_error *err)
{
	json_t *answer;
	int code;

	wire_init(wire, wire_daemon(u->w));
	if (wire->fd < 0)
		return refuse(err, 799, NULL);
	if (wire_send(wire,
		json_pack("{s:s,s:s,s:s}", "op", "hold", "path", u->dsn.path, "why",
		    why)) != 0 ||
	    (answer = wire_await(wire, 10000)) == NULL)
		return refuse(err, 799, NULL);
	code = (int)json_integer_value(json_object_get(answer, "code"));
	json_decref(answer);
	return code == 0 ? 0 : refuse(err, code, NULL);
}
