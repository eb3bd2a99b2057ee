/* The program: see pgload.h. */
#include "tests/postgres/pgload.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_US = 5000000 }; /* for transactions in flight at the end */

static struct load load = {
	.opt = { .workers = 4, .customers = 10 },
	.mutex = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER,
};

static int
usage(void)
{
	fprintf(stderr,
	    "usage: pgload --conninfo C --databases A,B --ledger FILE --control SOCKET\n"
	    "              [--workers N] [--first-worker N] [--rate N] [--customers N]\n"
	    "              [--rude] [--long SECONDS]\n");
	return 2;
}

static void
take_databases(struct options *opt, char *list)
{
	char *rest = NULL;

	for (char *name = strtok_r(list, ",", &rest);
	    name != NULL && opt->databases_count < MAX_DATABASES;
	    name = strtok_r(NULL, ",", &rest))
		opt->databases[opt->databases_count++] = name;
}

/* Of the option in hand; ends the program when it is none, or out of bounds. */
static double
number(const char *name, double min, double max)
{
	char *end;
	double value = strtod(optarg, &end);

	if (end != optarg && *end == '\0' && value >= min && value <= max)
		return value;
	fprintf(stderr, "pgload: --%s: \"%s\"; accepted: a number from %.0f to %.0f\n", name,
	    optarg, min, max);
	exit(2);
}

static bool
take_options(struct options *opt, int argc, char **argv)
{
	static const struct option names[] = {
		{ "conninfo", required_argument, NULL, 'c' },
		{ "databases", required_argument, NULL, 'd' },
		{ "ledger", required_argument, NULL, 'l' },
		{ "control", required_argument, NULL, 's' },
		{ "workers", required_argument, NULL, 'w' },
		{ "first-worker", required_argument, NULL, 'f' },
		{ "rate", required_argument, NULL, 'r' },
		{ "customers", required_argument, NULL, 'n' },
		{ "rude", no_argument, NULL, 'u' },
		{ "long", required_argument, NULL, 'g' },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (o) {
		case 'c': opt->conninfo = optarg; break;
		case 'd': take_databases(opt, optarg); break;
		case 'l': opt->ledger = optarg; break;
		case 's': opt->control = optarg; break;
		case 'w': opt->workers = (int)number("workers", 1, MAX_WORKERS); break;
		case 'f': opt->first_worker = (int)number("first-worker", 0, 1e6); break;
		case 'r': opt->rate = number("rate", 0, 1e6); break;
		case 'n': opt->customers = (int)number("customers", 1, 1e9); break;
		case 'u': opt->rude = true; break;
		case 'g': opt->long_s = number("long", 0, 1e6); break;
		default: return false;
		}
	}
	return optind == argc && opt->conninfo != NULL && opt->ledger != NULL &&
	    opt->control != NULL && opt->databases_count > 0 && opt->workers > 0 &&
	    opt->workers <= MAX_WORKERS && opt->customers > 0;
}

static int
start_workers(struct load *l)
{
	for (int i = 0; i < l->opt.workers; i++) {
		struct worker *w = &l->workers[i];

		w->load = l;
		w->number = l->opt.first_worker + i;
		w->database = l->opt.databases[i % l->opt.databases_count];
		w->fd = -1;
		if (pthread_create(&w->thread, NULL, worker_run, w) != 0)
			return -1;
	}
	return 0;
}

/* Transactions get their time to end; then their connections are cut. */
static void
end_workers(struct load *l)
{
	int64_t until = now_us() + PATIENCE_US;

	pthread_mutex_lock(&l->mutex);
	l->stop = true;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->mutex);
	for (int i = 0; i < l->opt.workers; i++) {
		struct worker *w = &l->workers[i];

		while (!w->ended && now_us() < until)
			usleep(1000);
		if (!w->ended && w->fd >= 0)
			shutdown(w->fd, SHUT_RDWR);
		pthread_join(w->thread, NULL);
	}
}

static void
report(struct load *l)
{
	json_t *o = figures_json(l, false);

	json_dumpf(o, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
	printf("\n");
	json_decref(o);
}

int
main(int argc, char **argv)
{
	struct load *l = &load;
	sigset_t ends;
	int got;

	if (!take_options(&l->opt, argc, argv))
		return usage();
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL); /* inherited by every thread */
	if (ledger_open(l) != 0 || start_workers(l) != 0 || control_start(l) != 0)
		return 1;
	sigwait(&ends, &got);
	end_workers(l);
	report(l);
	unlink(l->opt.control);
	ledger_close(l);
	return 0;
}
