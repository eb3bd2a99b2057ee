/*
 * judge: did what happened in a sandbox keep the promises? judge.h says which.
 *
 * Exit: 0 all kept, 1 one is broken, 2 usage, or something cannot be read.
 */
#include "tests/sandbox/judge.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: judge --root DIR --ledger FILE --sandbox PROGRAM [options]\n"
    "  --expect STORE        must be a working member at the end; may be repeated\n"
    "                        (master1 master2 subscriber1 subscriber2)\n"
    "  --no-expect           members may be missing at the end\n"
    "  --seeds N             rows that were there before: ids -1 to -N (0)\n"
    "  --single              one database without a pair: whoever is loaded serves\n"
    "  --classic             masters that replicate to each other: both serve\n"
    "  --restless            replication flows: only the active must have every row\n"
    "  --pause-limit-ms N    longest stall of the applications that is allowed\n"
    "  --json                the verdict as JSON\n"
    "Exit: 0 all promises kept, 1 one is broken, 2 usage or unreadable.\n";

enum option_id {
	O_ROOT = 256,
	O_LEDGER,
	O_SANDBOX,
	O_EXPECT,
	O_NONE,
	O_SEEDS,
	O_SINGLE,
	O_CLASSIC,
	O_RESTLESS,
	O_PAUSE,
	O_JSON,
	O_HELP
};

static const struct option options[] = {
	{ "root", required_argument, NULL, O_ROOT },
	{ "ledger", required_argument, NULL, O_LEDGER },
	{ "sandbox", required_argument, NULL, O_SANDBOX },
	{ "expect", required_argument, NULL, O_EXPECT },
	{ "no-expect", no_argument, NULL, O_NONE },
	{ "seeds", required_argument, NULL, O_SEEDS },
	{ "single", no_argument, NULL, O_SINGLE },
	{ "classic", no_argument, NULL, O_CLASSIC },
	{ "restless", no_argument, NULL, O_RESTLESS },
	{ "pause-limit-ms", required_argument, NULL, O_PAUSE },
	{ "json", no_argument, NULL, O_JSON },
	{ "help", no_argument, NULL, O_HELP },
	{ NULL, 0, NULL, 0 },
};

enum { EXPECTED = 16 };

struct asked {
	const char *root, *ledger, *sandbox;
	const char *expect[EXPECTED];
	size_t expects;
	int64_t seeds;
	bool no_expect, json;
};

static void
refuse(const char *what)
{
	fprintf(stderr, "judge: %s\n%s", what, help);
	exit(2);
}

static int64_t
number(double scale)
{
	char *end;
	double n = strtod(optarg, &end);

	if (end == optarg || *end != '\0' || !(n >= 0 && n < 1e9))
		refuse("not a number");
	return (int64_t)(n * scale);
}

static void
take_option(struct asked *a, struct judge *j, int id)
{
	if (id == O_ROOT)
		a->root = optarg;
	else if (id == O_LEDGER)
		a->ledger = optarg;
	else if (id == O_SANDBOX)
		a->sandbox = optarg;
	else if (id == O_EXPECT && a->expects < EXPECTED)
		a->expect[a->expects++] = optarg;
	else if (id == O_NONE)
		a->no_expect = true;
	else if (id == O_SEEDS)
		a->seeds = number(1);
	else if (id == O_SINGLE)
		j->single = true;
	else if (id == O_CLASSIC)
		j->classic = true;
	else if (id == O_RESTLESS)
		j->quiet = false;
	else if (id == O_JSON)
		a->json = true;
	else if (id == O_PAUSE)
		j->pause_limit_us = number(1e3);
	else if (id == O_HELP) {
		fputs(help, stdout);
		exit(0);
	} else
		refuse("unknown option");
}

static void
read_options(struct asked *a, struct judge *j, int argc, char **argv)
{
	static const char *const all[] = { "master1", "master2", "subscriber1",
		"subscriber2" };
	int id;

	while ((id = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(a, j, id);
	if (optind < argc || a->root == NULL || a->ledger == NULL || a->sandbox == NULL)
		refuse("--root, --ledger and --sandbox are needed, and nothing else");
	if (a->expects == 0)
		for (; a->expects < 4; a->expects++)
			a->expect[a->expects] = all[a->expects];
	j->expect = a->expect;
	j->expects = a->no_expect ? 0 : a->expects;
}

static int
read_all(struct judge *j, const struct asked *a)
{
	char log[4096];

	snprintf(log, sizeof(log), "%s/log.jsonl", a->root);
	if (judge_log_read(j, log) != 0 || judge_ledger_read(j, a->ledger) != 0)
		return -1;
	for (int64_t id = 1; id <= a->seeds; id++)
		judge_ids_add(&j->ledger.acked, -id);
	judge_ids_sort(&j->ledger.acked);
	judge_graves_read(j, a->root);
	judge_members_read(j, a->sandbox, a->root);
	return 0;
}

int
main(int argc, char **argv)
{
	struct judge j = { .quiet = true };
	struct asked a = { 0 };
	int status;

	read_options(&a, &j, argc, argv);
	if (read_all(&j, &a) != 0)
		return 2;
	judge_rules_apply(&j);
	if (a.json) {
		json_t *o = judge_report_json(&j);

		json_dumpf(o, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
		putchar('\n');
		json_decref(o);
	} else
		judge_report_text(&j);
	status = j.breaches == 0 ? 0 : 1;
	judge_done(&j);
	return fflush(stdout) == 0 ? status : 2;
}
