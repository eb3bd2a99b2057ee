/* Options, load, build, loop, leave. */
#include "config.h"

#include "daemon/daemon.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include "common/secret.h"
#include "daemon/api/api.h"
#include "daemon/conductor/conductor.h"
#include "daemon/engine/engines.h"
#include "daemon/keeper.h"
#include "daemon/loop.h"

#define MAKE_WAY_MS 20000
#define CONFIG_FILE UD_SYSCONFDIR "/upgraded/upgraded.conf"

struct parts {
	const char *file;
	const struct daemon_hooks *hooks;
	struct event_base *base;
	struct inventory *inventory;
	struct journal *journal;
	struct runner *runner;
	struct keeper *keeper;
	struct conductor *conductor;
	struct secret *token;
	struct api *api;
	struct loop *loop;
};

struct options {
	const char *file;
	bool test, version;
	bool alone;  /* without a guard of the pauses */
	const char *guards; /* the state directory of who started this as its guard; NULL */
};

static void
usage(FILE *out)
{
	fprintf(out,
	    "usage: upgraded [-fGhtV] [-c FILE]\n"
	    "  -c FILE  configuration, default %s\n"
	    "  -f       stay in the foreground (it always does)\n"
	    "  -G       leave no guard in write pauses that starts it again when it dies\n"
	    "  -h       print this\n"
	    "  -t       test the configuration and exit: 0 good, 1 not\n"
	    "  -V       print the version\n"
	    "Signals: TERM ends it, HUP reads the configuration again, USR1 logs its state.\n"
	    "More: man upgraded, man upgraded.conf\n",
	    CONFIG_FILE);
}

static int
options_parse(int argc, char **argv, struct options *o)
{
	static const struct option names[] = { { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' }, { NULL, 0, NULL, 0 } };
	int ch;

	o->file = CONFIG_FILE;
	optind = 1;
	while ((ch = getopt_long(argc, argv, "c:fGhk:tV", names, NULL)) != -1)
		switch (ch) {
		case 'c':
			o->file = optarg;
			break;
		case 'f':
			break;
		case 'G':
			o->alone = true;
			break;
		case 'k': /* for keeper.c alone */
			o->guards = optarg;
			break;
		case 't':
			o->test = true;
			break;
		case 'V':
			o->version = true;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			return -1;
		}
	if (optind < argc)
		fprintf(stderr, "upgraded: \"%s\" is no option\n", argv[optind]);
	return optind == argc ? 0 : -1;
}

/* Prints every error of the configuration, one a line. */
static int
load(const char *file, struct inventory **ret)
{
	struct str_list errors = { 0 };
	struct ud_error err = { 0 };
	struct config *cf = NULL;

	if (config_load(file, engines, &cf, &errors, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		for (size_t i = 0; i < errors.count; i++)
			fprintf(stderr, "%s\n", errors.items[i]);
		str_list_done(&errors);
		return -1;
	}
	for (size_t i = 0; i < cf->warnings.count; i++)
		fprintf(stderr, "%s\n", cf->warnings.items[i]);
	str_list_done(&errors);
	*ret = inventory_new(cf);
	return 0;
}

static void
on_commit(void *arg, bool after, int64_t took_us)
{
	struct parts *p = arg;

	if (p->hooks != NULL && p->hooks->commit != NULL)
		p->hooks->commit(after);
	if (p->api != NULL)
		api_commit_hook(p->api, after, took_us);
}

static void
on_reload(void *arg)
{
	struct parts *p = arg;
	struct inventory *fresh = NULL;
	char kept[512];

	if (load(p->file, &fresh) != 0) {
		log_event(LOG_ERR, "reload.refused",
		    KV_STR("next",
			"the configuration in use stays; upgraded -t tells more"));
		return;
	}
	conductor_reload(p->conductor, fresh, kept, sizeof(kept));
	if (kept[0] != '\0') {
		log_event(LOG_ERR, "reload.refused", KV_STR("pairs", kept),
		    KV_STR("why",
			"they are in an upgrade and their configuration changed"),
		    KV_STR("next", "reload again when it is over"));
		inventory_free(fresh);
		return;
	}
	inventory_follow(fresh, p->inventory);
	p->inventory = fresh;
	config_use_data(inventory_config(fresh));
	log_event(LOG_INFO, "reload.done", KV_INT("pairs", inventory_count(fresh)));
}

static void
on_dump(void *arg)
{
	struct parts *p = arg;

	for (size_t i = 0; i < inventory_count(p->inventory); i++) {
		const struct pair *pair = inventory_pair(p->inventory, i);
		const struct plan *plan = NULL;
		const struct upgrade *u = conductor_upgrade(p->conductor, pair, &plan);

		log_event(LOG_INFO, "dump", KV_STR("pair", pair->name),
		    KV_STR("state",
			pair_state_name(conductor_pair_state(p->conductor, pair))),
		    KV_INT("upgrade", u != NULL ? u->id : 0),
		    KV_STR("upgrade_state",
			u != NULL ? upgrade_state_name(u->state) : ""),
		    KV_INT("position", u != NULL ? u->walk.pos : 0),
		    KV_STR("seen", u != NULL ? u->walk.why.seen : ""));
	}
}

static void
on_stall(void *arg, int64_t us)
{
	struct parts *p = arg;

	api_loop_stall_us(p->api, us);
}

static int
complain(const struct ud_error *err)
{
	fprintf(stderr, "upgraded: %s\n", err->text);
	if (err->remedy[0] != '\0')
		fprintf(stderr, "  what to do: %s\n", err->remedy);
	return 1;
}

/* Where our own socket is, others of ours may be. */
static void
give_directory(struct runner *r, const char *control_socket)
{
	char *directory = mem_strdup(control_socket), *slash = strrchr(directory, '/');

	if (slash != NULL && slash != directory) {
		*slash = '\0';
		runner_set_directory(r, directory);
	}
	free(directory);
}

/* A guard that is about to end a pause makes way. */
static int
open_journal(struct parts *p, const char *directory, bool guards, struct ud_error *err)
{
	static const struct timespec moment = { 0, 50000000 };
	int64_t till = clock_mono_ms() + MAKE_WAY_MS;
	int rc;

	while ((rc = journal_open(directory, &p->journal, err)) != 0 &&
	    err->code == UD_ELOCKED && !guards && clock_mono_ms() < till &&
	    keeper_makes_way(directory))
		nanosleep(&moment, NULL);
	return rc;
}

static int
build(struct parts *p, const struct options *o, struct ud_error *err)
{
	const struct config *cf = inventory_config(p->inventory);
	struct api_parts ap;

	if (open_journal(p, cf->state_directory, o->guards != NULL, err) != 0)
		return -1;
	journal_set_hook(p->journal, on_commit, p);
	if (cf->http_token_file != NULL && cf->http_token_file[0] != '\0' &&
	    secret_read_file(cf->http_token_file, &p->token, err) != 0)
		return -1;
	p->base = event_base_new();
	p->runner = runner_new(p->base);
	give_directory(p->runner, cf->control_socket);
	if (!o->alone)
		p->keeper = keeper_new(p->runner, p->file, cf->state_directory);
	if (o->guards != NULL)
		keeper_only_ends_pauses(p->keeper, p->base);
	p->conductor = conductor_new(&(struct conductor_parts){
	    .pause = keeper_watch,
	    .pause_arg = p->keeper,
	    .base = p->base,
	    .journal = p->journal,
	    .runner = p->runner,
	    .inventory = p->inventory,
	});
	ap = (struct api_parts){ p->base, p->conductor, cf, engines, p->token };
	p->api = api_new(&ap);
	if (api_listen(p->api, err) != 0)
		return -1;
	return conductor_recover(p->conductor, err);
}

static void
tear_down(struct parts *p)
{
	if (p->api != NULL)
		api_free(p->api);
	p->api = NULL;
	conductor_free(p->conductor);
	keeper_free(p->keeper);
	if (p->runner != NULL)
		runner_free(p->runner);
	loop_free(p->loop);
	if (p->base != NULL)
		event_base_free(p->base);
	secret_free(p->token);
	if (p->journal != NULL)
		journal_close(p->journal);
	inventory_free(p->inventory);
}

int
daemon_main(int argc, char **argv, const struct daemon_hooks *hooks)
{
	struct parts p = { .hooks = hooks };
	struct options o = { 0 };
	struct ud_error err = { 0 };
	struct loop_calls calls = { on_reload, on_dump, on_stall, &p };
	int64_t began = clock_mono_ms();
	int status = 0;

	if (options_parse(argc, argv, &o) != 0) {
		usage(stderr);
		return 2;
	}
	if (o.version) {
		printf("upgraded %s\n", PACKAGE_VERSION);
		return 0;
	}
	p.file = o.file;
	if (o.guards != NULL)
		keeper_wait(o.guards);
	if (load(o.file, &p.inventory) != 0)
		return 1;
	if (o.test) {
		printf("%s: good, %zu pair%s\n", o.file, inventory_count(p.inventory),
		    inventory_count(p.inventory) == 1 ? "" : "s");
		inventory_free(p.inventory);
		return 0;
	}
	config_use_data(inventory_config(p.inventory));
	if (build(&p, &o, &err) != 0) {
		if (o.guards == NULL || err.code != UD_ELOCKED) /* somebody started it already */
			status = complain(&err);
	} else {
		p.loop = loop_new(p.base, &calls);
		if (o.guards != NULL)
			log_event(LOG_WARNING, "daemon.again",
			    KV_STR("why", "it died with a write pause open"));
		log_event(LOG_INFO, "daemon.ready",
		    KV_INT("pairs", inventory_count(p.inventory)),
		    KV_INT("took_ms", clock_mono_ms() - began));
		loop_run(p.loop);
	}
	tear_down(&p);
	return status;
}
