/* Whole configurations with one thing wrong, and the line that says so. */
#include "tests/unit/engine/postgres/check_postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/config/config.h"
#include "daemon/engine/engines.h"

static char folder[64];

static void
write_file(const char *name, const char *text, mode_t mode)
{
	char *path = mem_printf("%s/%s", folder, name);
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
	free(path);
}

static void
setup(void)
{
	char *path;

	str_copy(folder, sizeof(folder), "/tmp/check_validate.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	path = mem_printf("%s/pairs.d", folder);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	free(path);
	write_file("pgpass", "*:*:*:*:geheim\n", 0600);
	write_file("open", "*:*:*:*:geheim\n", 0644);
}

static void
teardown(void)
{
	static const char *const files[] = { "pgpass", "open", "upgraded.conf",
		"pairs.d/a.conf", "pairs.d", "" };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *path = mem_printf("%s/%s", folder, files[i]);

		if (unlink(path) != 0)
			(void)rmdir(path);
		free(path);
	}
}

/* Lines: of "a" 6, "b" 7, "r1" 8, what follows 9. */
#define HOSTS                                                  \
	"host \"h1\" { postgres \"old\" { bin = \"/15\" }\n"   \
	"  postgres \"new\" { bin = \"/17\" } }\n"             \
	"host \"h2\" { postgres \"old\" { bin = \"/15\" } }\n" \
	"pair \"p\" {\n"                                       \
	"  engine = \"postgresql\" topology = \"active-standby\"\n"
#define A(more) "  member \"a\" { host = \"h1\" data = \"/a\" " more " }\n"
#define B(more) "  member \"b\" { host = \"h1\" data = \"/b\" " more " }\n"
#define R(more) \
	"  member \"r1\" { host = \"h2\" data = \"/r\" subscriber = true " more " }\n"
#define C(text)    "conninfo = \"" text "\""
#define GOOD_A     A(C("host=10.0.0.1"))
#define GOOD_B     B(C("host=10.0.0.2"))
#define GOOD_R     R(C("host=10.0.0.3") " upstream = \"b\"")
#define REST(text) HOSTS GOOD_A GOOD_B GOOD_R text " }\n"
#define ONLY_A(text)  \
	HOSTS A(text) \
	GOOD_B GOOD_R " }\n"
#define ONLY_R(text) HOSTS GOOD_A GOOD_B R(text) " }\n"

#define BOTH_WAYS                                                                        \
	"host \"h1\" { postgres \"old\" { bin = \"/15\" }\n\n}\nhost \"h2\" { }\n" \
	"pair \"p\" { engine = \"postgres\" topology = \"bidirectional\"\n" GOOD_A GOOD_B " }\n"

/* clang-format off */
static const struct {
	const char *what, *text;
	const char *lines;    /* without the path, ~ for the folder */
	const char *warnings; /* NULL: none */
} cases[] = {
	{ "nothing wrong", REST("replication { user = \"r\" passfile = \"~/pgpass\" options = \"sslmode=require\" }"
	  " pooler \"x\" { conninfo = \"host=/run/x dbname=pgbouncer\" host = \"h2\" databases_file = \"/d\" }"
	  " server { start = { \"/s\" } stop = { \"/t\", \"x\" } }"), "", NULL },
	{ "an URI and a passfile", ONLY_A(C("postgresql://u@h:5433/postgres?passfile=~/pgpass")), "", NULL },
	{ "all in one folder", ONLY_A(C("host=h") " data_new = \"/a\""), "", NULL },
	/* connection strings */
	{ "no string", ONLY_A(C("host 10.0.0.1")), "6: conninfo: missing \"=\" after \"host\" in connection info string; accepted: \"host=db1 port=5432 user=upgraded dbname=postgres passfile=/path\"\n", NULL },
	{ "a password", ONLY_A(C("host=h password=geheim")), "6: conninfo: it holds a password, which everybody may read here; accepted: a passfile, or a client certificate, instead\n", NULL },
	{ "a password in an URI", ONLY_A(C("postgresql://u:geheim@h/")), "6: conninfo: it holds a password, which everybody may read here; accepted: a passfile, or a client certificate, instead\n", NULL },
	{ "a password in what libpq cannot read", ONLY_A(C("host=h password=ge heim")), "6: conninfo: it is no connection string of libpq; accepted: \"host=db1 port=5432 user=upgraded dbname=postgres passfile=/path\"\n", NULL },
	{ "two servers", ONLY_A(C("host=h,i")), "6: conninfo: it names several servers: host=h,i; accepted: \"host=db1 port=5432 user=upgraded dbname=postgres passfile=/path\"\n", NULL },
	{ "a server by its role", ONLY_A(C("host=h target_session_attrs=read-write")), "6: conninfo: target_session_attrs=read-write: a server is asked whatever its role is; accepted: it without target_session_attrs\n", NULL },
	{ "a service alone", ONLY_A(C("service=x")), "6: conninfo: service=x: other servers have to be told where this one is; accepted: host and port beside the service\n", NULL },
	{ "no port", ONLY_A(C("host=h port=70000")), "6: conninfo: \"70000\" is no port; accepted: a port from 1 to 65535\n", NULL },
	{ "no such sslmode", ONLY_A(C("host=h sslmode=always")), "6: conninfo: sslmode=always is unknown; accepted: disable, allow, prefer, require, verify-ca, verify-full\n", NULL },
	{ "start without stop", REST("server { start = { \"/s\" } }"), "", "9: start: alone: pg_ctl does the other one, and the site's service manager may not know; accepted: both start and stop, or neither\n" },
	{ "stop without start", REST("server {\nstop = { \"/s\" } }"), "", "10: stop: alone: pg_ctl does the other one, and the site's service manager may not know; accepted: both start and stop, or neither\n" },
	{ "two masters that both take writes", BOTH_WAYS, "5: topology: a server applies no updates of a peer that it sends its own to, without conflicts: no procedure leads on from there; accepted: \"active-standby\", \"single\"\n", NULL },
	{ "a passfile that is not there", ONLY_A(C("host=h passfile=/no/such")), "6: conninfo: passfile \"/no/such\": No such file or directory; accepted: a file that libpq reads: lines host:port:database:user:password, mode 0600\n", NULL },
	{ "a passfile for all to read", ONLY_A(C("host=h passfile=~/open")), "6: conninfo: passfile \"~/open\": others than its owner may read it (0644), so libpq does not; accepted: a file that libpq reads: lines host:port:database:user:password, mode 0600\n", NULL },
	{ "a passfile of the replicas", REST("replication { user = \"r\" passfile = \"/no/such\" }"), "", "9: passfile: passfile \"/no/such\": No such file or directory; accepted: a file that libpq reads: lines host:port:database:user:password, mode 0600\n" },
	{ "the new string is wrong", ONLY_A(C("host=h") " conninfo_new = \"host=h,i\""), "6: conninfo_new: it names several servers: host=h,i; accepted: \"host=db1 port=5432 user=upgraded dbname=postgres passfile=/path\"\n", NULL },
	{ "a password among the options", REST("replication { user = \"r\"\noptions = \"password=x\" }"), "10: options: it holds a password, which everybody may read here; accepted: a passfile, or a client certificate, instead\n", NULL },
	/* members */
	{ "a place without an installation", ONLY_R(C("host=h") " data_new = \"/n\""), "8: data_new: host \"h2\" has no installation that is called \"new\"; accepted: a section postgres \"new\" { ... } of its host\n", NULL },
	{ "one folder in the other", ONLY_A(C("host=h") " data_new = \"/a/new\""), "6: data_new: \"/a/new\" and \"/a\" are within each other; accepted: a folder beside it, on the same file system\n", NULL },
	{ "no such upstream", ONLY_R(C("host=h") " upstream = \"c\""), "8: upstream: no member \"c\" in pair \"p\"; accepted: \"a\", \"b\"\n", NULL },
	{ "its own upstream", ONLY_R(C("host=h") " upstream = \"r1\""), "8: upstream: \"r1\" does not lead to a master; accepted: \"a\", \"b\"\n", NULL },
	{ "a master's upstream", ONLY_A(C("host=h") " upstream = \"b\""), "6: upstream: \"a\" is a master, whose source is observed; accepted: it of a member with subscriber = true\n", NULL },
	{ "a circle", REST("member \"r2\" { host = \"h2\" data = \"/x\" subscriber = true " C("host=x") " upstream = \"r3\" }\n"
	  "member \"r3\" { host = \"h2\" data = \"/y\" subscriber = true " C("host=y") " upstream = \"r2\" }"),
	  "9: upstream: \"r3\" does not lead to a master; accepted: \"a\", \"b\", \"r1\", \"r3\"\n"
	  "10: upstream: \"r2\" does not lead to a master; accepted: \"a\", \"b\", \"r1\", \"r2\"\n", NULL },
	{ "two slots of one name", REST("member \"R1\" { host = \"h2\" data = \"/x\" subscriber = true " C("host=x") " }"),
	  "9: member: \"R1\" and \"r1\" would both have the slot upgraded_r1; accepted: names that differ in letters and digits\n", NULL },
	{ "one folder twice", HOSTS GOOD_A "  member \"b\" { host = \"h1\" data = \"/a\" " C("host=h") " }\n" GOOD_R " }", "7: data: \"b\" is the database of member \"a\" in 6; accepted: another database for each member\n", NULL },
	{ "one server twice", HOSTS GOOD_A B(C("port=5432 host=10.0.0.1")) GOOD_R " }", "7: conninfo: \"b\" is the database of member \"a\" in 6; accepted: another database for each member\n", NULL },
	/* the pair */
	{ "a pooler on no host", REST("pooler \"x\" { conninfo = \"host=x\"\nhost = \"h9\" databases_file = \"/d\" }"), "10: host: no host \"h9\" is described; accepted: \"h1\", \"h2\"\n", NULL },
	{ "a pooler's string", REST("pooler \"x.y\" {\nconninfo = \"host=x,y\" host = \"h1\" databases_file = \"/d\" }"), "10: conninfo: it names several servers: host=x,y; accepted: \"host=db1 port=5432 user=upgraded dbname=postgres passfile=/path\"\n", NULL },
	{ "a command without its path", REST("server { stop = { \"stop\" } }"), "9: stop: \"stop\" is not an absolute path; accepted: a list { \"/program\", \"argument\" }\n", NULL },
};
/* clang-format on */

/* ~ becomes the folder. New string. */
static char *
expand(const char *text)
{
	struct buf b = { 0 };

	for (; *text != '\0'; text++)
		if (*text == '~')
			buf_adds(&b, folder);
		else
			buf_add(&b, text, 1);
	buf_adds(&b, "");
	return buf_take(&b);
}

/* Every line without "FOLDER/pairs.d/a.conf:". New string. */
static char *
shorten(const char *first, const struct str_list *rest)
{
	char *file = mem_printf("%s/pairs.d/a.conf:", folder), *text;
	struct buf b = { 0 }, all = { 0 };

	buf_addf(&all, "%s%s", first, first[0] != '\0' ? "\n" : "");
	for (size_t i = 0; i < rest->count; i++)
		buf_addf(&all, "%s\n", rest->items[i]);
	for (const char *p = buf_text(&all); *p != '\0'; p++)
		if (str_starts(p, file))
			p += strlen(file) - 1;
		else
			buf_add(&b, p, 1);
	buf_adds(&b, "");
	text = buf_take(&b);
	buf_done(&all);
	free(file);
	return text;
}

START_TEST(keys_are_checked)
{
	char *text = expand(cases[_i].text), *want = expand(cases[_i].lines), *got;
	char *main_file = mem_printf("%s/upgraded.conf", folder);
	struct str_list more = { 0 };
	struct config *c = NULL;
	struct ud_error err = { 0 };
	int rc;

	write_file("pairs.d/a.conf", text, 0600);
	free(text);
	text = expand("pairs_directory = \"~/pairs.d\"\ncontrol { group = \"\" }\n");
	write_file("upgraded.conf", text, 0600);
	rc = config_load(main_file, engines, &c, &more, &err);
	got = shorten(rc != 0 ? err.text : "", &more);
	ck_assert_msg(strcmp(got, want) == 0, "%s:\ngot  %swant %s", cases[_i].what,
	    got, want);
	ck_assert_ptr_null(strstr(got, "geheim"));
	free(got);
	if (rc == 0) {
		got = shorten("", &c->warnings);
		ck_assert_str_eq(got,
		    cases[_i].warnings != NULL ? cases[_i].warnings : "");
		free(got);
	}
	config_free(c);
	str_list_done(&more);
	free(main_file);
	free(want);
	free(text);
}
END_TEST

/* ---- the example ---- */

static char *
read_example(void)
{
	const char *sources = getenv("srcdir");
	char *path = mem_printf("%s/etc/pairs.d/example-postgresql.conf.example",
	    sources != NULL ? sources : ".");
	struct buf b = { 0 };
	FILE *f = fopen(path, "r");
	char part[4096];
	size_t n;

	ck_assert_msg(f != NULL, "%s", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	(void)fclose(f);
	free(path);
	return buf_take(&b);
}

/* Users of another machine are not on this one. */
static void
blank(char *text, const char *words)
{
	char *at = strstr(text, words);

	ck_assert_ptr_nonnull(at);
	memset(at, ' ', strlen(words));
}

START_TEST(example_is_good)
{
	char *text = read_example(),
	     *main_file = mem_printf("%s/upgraded.conf", folder);
	char *main_text =
	    expand("pairs_directory = \"~/pairs.d\"\ncontrol { group = \"\" }\n");
	struct config *c = NULL;
	struct ud_error err = { 0 };

	blank(text, "run_as = \"postgres\"");
	write_file("pairs.d/a.conf", text, 0600);
	write_file("upgraded.conf", main_text, 0600);
	ck_assert_msg(config_load(main_file, engines, &c, NULL, &err) == 0, "%s",
	    err.text);
	ck_assert_int_eq((int)c->pairs[0]->member_count, 3);
	config_free(c);
	free(main_text);
	free(main_file);
	free(text);
}
END_TEST

TCase *
validate_tests(void)
{
	TCase *tc = tcase_create("validate");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, keys_are_checked, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, example_is_good);
	return tc;
}
