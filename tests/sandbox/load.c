/*
 * load: the applications of a test. See --help; load.h says how it works, load_ledger.h
 * what the ledger holds, load_control.c the commands of the control socket.
 */
#include "tests/sandbox/load.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: load --root DIR --ledger FILE [options]\n"
    "  --control SOCKET      control socket (pause, resume, status, stop)\n"
    "  --member STORE@HOST   a master, in the order to try; default master1, master2\n"
    "  --instance NAME=RELEASE  an instance of every host, oldest first\n"
    "  --rate N              transactions a second; 0: as fast as possible (200)\n"
    "  --connections K       (4)\n"
    "  --rows N              rows in one transaction (1)\n"
    "  --first-id N          number of the first row (1)\n"
    "  --transactions N      end after as many; 0: no limit (0)\n"
    "  --seconds N           end after as long; 0: no limit (0)\n"
    "  --backoff-ms N        wait when no member accepts (3)\n"
    "  --leaves              disconnects while it is paused\n"
    "  --stays               goes to another member only when it is told to\n"
    "  --spread              connections begin at one member after the other, till told where to go\n"
    "  --undisciplined       ignores pause, writes wherever it can\n"
    "Ends on SIGTERM or `stop`, prints a report in JSON. Exit: 0, 1 failed, 2 usage.\n";

enum option_id {
	O_ROOT = 256,
	O_LEDGER,
	O_CONTROL,
	O_MEMBER,
	O_INSTANCE,
	O_RATE,
	O_CONNECTIONS,
	O_ROWS,
	O_FIRST_ID,
	O_TRANSACTIONS,
	O_SECONDS,
	O_BACKOFF,
	O_LEAVES,
	O_STAYS,
	O_SPREAD,
	O_UNDISCIPLINED,
	O_HELP
};

static const struct option options[] = {
	{ "root", required_argument, NULL, O_ROOT },
	{ "ledger", required_argument, NULL, O_LEDGER },
	{ "control", required_argument, NULL, O_CONTROL },
	{ "member", required_argument, NULL, O_MEMBER },
	{ "instance", required_argument, NULL, O_INSTANCE },
	{ "rate", required_argument, NULL, O_RATE },
	{ "connections", required_argument, NULL, O_CONNECTIONS },
	{ "rows", required_argument, NULL, O_ROWS },
	{ "first-id", required_argument, NULL, O_FIRST_ID },
	{ "transactions", required_argument, NULL, O_TRANSACTIONS },
	{ "seconds", required_argument, NULL, O_SECONDS },
	{ "backoff-ms", required_argument, NULL, O_BACKOFF },
	{ "leaves", no_argument, NULL, O_LEAVES },
	{ "stays", no_argument, NULL, O_STAYS },
	{ "spread", no_argument, NULL, O_SPREAD },
	{ "undisciplined", no_argument, NULL, O_UNDISCIPLINED },
	{ "help", no_argument, NULL, O_HELP },
	{ NULL, 0, NULL, 0 },
};

static void
refuse(const char *what, const char *value)
{
	fprintf(stderr, "load: %s: %s\n%s", what, value, help);
	exit(2);
}

static double
number(const char *text, double least, double most)
{
	char *end;
	double n = strtod(text, &end);

	if (end == text || *end != '\0' || !(n >= least && n <= most))
		refuse("not a number in range", text);
	return n;
}

/* Splits LEFT<sep>RIGHT into two buffers. */
static void
split(const char *text, char sep, char *left, size_t left_size, char *right,
    size_t right_size)
{
	const char *at = strchr(text, sep);

	if (at == NULL || at == text || at[1] == '\0' ||
	    (size_t)(at - text) >= left_size || strlen(at + 1) >= right_size)
		refuse("two words expected", text);
	snprintf(left, left_size, "%.*s", (int)(at - text), text);
	snprintf(right, right_size, "%s", at + 1);
}

static void
add_member(struct load_options *o, const char *text)
{
	int i = o->members;

	if (i == LOAD_MEMBERS)
		refuse("too many members", text);
	split(text, '@', o->member[i].store, sizeof(o->member[i].store),
	    o->member[i].host, sizeof(o->member[i].host));
	o->members++;
}

static void
add_instance(struct load_options *o, const char *text)
{
	int i = o->instances;

	if (i == LOAD_INSTANCES)
		refuse("too many instances", text);
	split(text, '=', o->instance[i].name, sizeof(o->instance[i].name),
	    o->instance[i].release, sizeof(o->instance[i].release));
	o->instances++;
}

static void
set_number(struct load_options *o, int id, const char *text)
{
	if (id == O_RATE)
		o->rate = number(text, 0, 1e6);
	else if (id == O_CONNECTIONS)
		o->connections = (int)number(text, 1, LOAD_CONNECTIONS);
	else if (id == O_ROWS)
		o->rows = (int)number(text, 1, 10000);
	else if (id == O_FIRST_ID)
		o->first_id = (int64_t)number(text, 0, 1e15);
	else if (id == O_TRANSACTIONS)
		o->transactions = (int64_t)number(text, 0, 1e12);
	else if (id == O_SECONDS)
		o->seconds = number(text, 0, 1e6);
	else
		o->backoff_us = (int64_t)(number(text, 0.1, 10000) * 1000);
}

static void
defaults(struct load_options *o)
{
	if (o->root == NULL || o->ledger == NULL)
		refuse("missing", o->root == NULL ? "--root" : "--ledger");
	if (o->members == 0) {
		add_member(o, "master1@master1host");
		add_member(o, "master2@master2host");
	}
	if (o->instances == 0) {
		add_instance(o, "tt1122=11.2.2.8.35");
		add_instance(o, "tt2211=22.1.1.27.0");
	}
}

static void
read_options(int argc, char **argv, struct load_options *o)
{
	int id;

	while ((id = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (id == O_ROOT)
			o->root = optarg;
		else if (id == O_LEDGER)
			o->ledger = optarg;
		else if (id == O_CONTROL)
			o->control = optarg;
		else if (id == O_MEMBER)
			add_member(o, optarg);
		else if (id == O_INSTANCE)
			add_instance(o, optarg);
		else if (id == O_LEAVES)
			o->leaves = true;
		else if (id == O_STAYS)
			o->stays = true;
		else if (id == O_SPREAD)
			o->spread = o->stays = true;
		else if (id == O_UNDISCIPLINED)
			o->undisciplined = true;
		else if (id == O_HELP) {
			fputs(help, stdout);
			exit(0);
		} else if (id == '?')
			refuse("unknown option", argv[optind - 1]);
		else
			set_number(o, id, optarg);
	}
	if (optind < argc)
		refuse("not an option", argv[optind]);
	defaults(o);
}

/*
 * Signals become a stop; they are waited for in a thread, so nothing runs in a handler.
 */
static void *
watch_signals(void *arg)
{
	struct load *l = arg;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	while (sigwait(&set, &sig) == 0)
		load_stop(l);
	return NULL;
}

static void
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void
run(struct load *l)
{
	pthread_t worker[LOAD_CONNECTIONS], other;
	int64_t end_us = load_now_us() + (int64_t)(l->opt.seconds * 1e6);
	int started = 0;

	load_ledger_note(&l->ledger, "start %lld %g %d %d", (long long)load_now_us(),
	    l->opt.rate, l->opt.connections, l->opt.rows);
	if (pthread_create(&other, NULL, watch_signals, l) == 0)
		pthread_detach(other);
	while (started < l->opt.connections &&
	    pthread_create(&worker[started], NULL, load_worker, l) == 0)
		started++;
	if (l->opt.seconds > 0)
		load_stop_at(l, end_us);
	for (int i = 0; i < started; i++)
		pthread_join(worker[i], NULL);
	load_ledger_note(&l->ledger, "end %lld", (long long)load_now_us());
}

int
main(int argc, char **argv)
{
	static struct load load;
	struct load_options opt = {
		.rate = 200,
		.connections = 4,
		.rows = 1,
		.first_id = 1,
		.backoff_us = 3000,
		.answer_limit_ms = 10000,
	};
	json_t *report;

	read_options(argc, argv, &opt);
	load_init(&load, &opt);
	block_signals();
	if (load_ledger_open(&load.ledger, opt.ledger) != 0) {
		fprintf(stderr, "load: %s: %s\n", opt.ledger, strerror(errno));
		return 1;
	}
	if (opt.control != NULL && load_control_start(&load) != 0) {
		fprintf(stderr, "load: %s: %s\n", opt.control, strerror(errno));
		return 1;
	}
	run(&load);
	if (opt.control != NULL)
		unlink(opt.control);
	report = load_status(&load);
	json_dumpf(report, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	putchar('\n');
	json_decref(report);
	return fflush(stdout) == 0 ? 0 : 1;
}
