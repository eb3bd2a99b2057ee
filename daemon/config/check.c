/* Rules between keys: the daemon's own part, and hosts. */
#include "config.h"

#include "daemon/config/internal.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "common/mem.h"
#include "common/secret.h"
#include "daemon/model/engine.h"

#define A_NAME "letters, digits, '-', '_' and '.', at most 63"

static bool
group_exists(const char *name)
{
	struct group group, *found = NULL;
	char buf[16384];
	int rc = getgrnam_r(name, &group, buf, sizeof(buf), &found);

	return found != NULL || rc == ERANGE;
}

static bool
user_exists(const char *name)
{
	struct passwd user, *found = NULL;
	char buf[16384];
	int rc = getpwnam_r(name, &user, buf, sizeof(buf), &found);

	return found != NULL || rc == ERANGE;
}

static void
check_control(struct loading *l, const struct node *top)
{
	const struct node *n = node_child(top, "control");
	struct config *c = l->config;

	if (strlen(c->control_socket) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		report_error(&l->report, top->file, node_line(n, "socket"), "socket",
		    "a path of at most 107 bytes", "the path is too long for a socket");
	if (c->control_group[0] == '\0' || group_exists(c->control_group))
		return;
	if (node_key(n, "group") != NULL &&
	    !str_equal(c->control_group, "upgraded")) {
		report_error(&l->report, top->file, node_line(n, "group"), "group",
		    "the name of a group, or \"\" for none",
		    "no group \"%s\" on this host", c->control_group);
		return;
	}
	report_warning(&l->report, top->file, n != NULL ? n->line : 1, "group",
	    "the name of a group, or \"\" for none",
	    "no group \"%s\" on this host: only the daemon's user and root may connect",
	    c->control_group);
	c->control_group[0] = '\0';
}

/* "host:port" or "[v6]:port": the port is behind the last colon. */
static bool
is_address(const char *text, size_t *ret_host_len)
{
	const char *colon = strrchr(text, ':');
	int64_t port;

	if (colon == NULL || colon == text || !str_to_int(colon + 1, 1, 65535, &port))
		return false;
	*ret_host_len = (size_t)(colon - text);
	if (text[0] == '[')
		return colon[-1] == ']' && *ret_host_len > 2;
	return memchr(text, ':', *ret_host_len) == NULL &&
	    strcspn(text, " \t/") >= *ret_host_len;
}

static bool
is_loopback(const char *text, size_t host_len)
{
	char *host = mem_strndup(text, host_len);
	bool yes = str_starts(host, "127.") || str_equal(host, "[::1]") ||
	    str_equal_nocase(host, "localhost");

	free(host);
	return yes;
}

static void
check_http(struct loading *l, const struct node *top)
{
	const struct node *n = node_child(top, "http");
	const struct config *c = l->config;
	struct ud_error err;
	struct secret *token = NULL;
	size_t host_len;

	if (c->http_token_file[0] == '/' &&
	    secret_read_file(c->http_token_file, &token, &err) != 0)
		report_error(&l->report, top->file, node_line(n, "token_file"),
		    "token_file", "a file with the token, mode 0600, or \"\" for none",
		    "\"%s\": %s", c->http_token_file,
		    error_reason(&err, c->http_token_file));
	secret_free(token);
	if (c->http_listen[0] == '\0')
		return;
	if (!is_address(c->http_listen, &host_len))
		report_error(&l->report, top->file, node_line(n, "listen"), "listen",
		    "\"address:port\", \"[address]:port\", or \"\" for none",
		    "\"%s\" is not an address with a port", c->http_listen);
	else if (c->http_token_file[0] == '\0' &&
	    !is_loopback(c->http_listen, host_len))
		report_warning(&l->report, top->file, node_line(n, "listen"), "listen",
		    "a token_file, or an address of this host only",
		    "\"%s\" is open to other hosts and has no token: everyone may read,"
		    " nobody may steer",
		    c->http_listen);
}

void
check_daemon(struct loading *l, const struct node *top)
{
	check_control(l, top);
	check_http(l, top);
}

static void
check_title(struct loading *l, const struct node *n)
{
	if (!str_is_name(n->title, NAME_MAX_BYTES - 1))
		report_error(&l->report, n->file, n->line, n->name, A_NAME,
		    "\"%s\" is not a name", n->title);
}

/* A host that anybody can play is none to run commands on. */
static bool
trusts_anybody(const char *option)
{
	static const char name[] = "stricthostkeychecking";
	const char *at = str_find_nocase(option, name);

	if (at == NULL)
		return false;
	at += strlen(name);
	at += strspn(at, " \t=\"");
	return str_starts_nocase(at, "no") || str_starts_nocase(at, "off");
}

static void
check_ssh_options(struct loading *l, const struct node *ssh)
{
	struct str_list options = { 0 };

	value_list(ssh, "options", &options);
	for (size_t i = 0; i < options.count; i++)
		if (options.items[i][0] != '-' &&
		    (i == 0 || options.items[i - 1][0] != '-'))
			report_error(&l->report, ssh->file, node_line(ssh, "options"),
			    "options", "a list { \"-o\", \"Name=value\" }",
			    "\"%s\" is no option", options.items[i]);
		else if (trusts_anybody(options.items[i]))
			report_error(&l->report, ssh->file, node_line(ssh, "options"),
			    "options", "host keys that are checked",
			    "\"%s\" would trust any host", options.items[i]);
	str_list_done(&options);
}

static void
check_transport(struct loading *l, const struct node *n)
{
	const char *transport = value_string(n, NULL, "transport");
	const struct node *ssh = node_child(n, "ssh");
	const char *destination = value_string(ssh, NULL, "destination");
	int line = node_line(n, "transport");

	if (transport == NULL && ssh != NULL)
		report_error(&l->report, n->file, line, "transport",
		    "\"local\", \"ssh\"",
		    "missing in host \"%s\", which has an ssh section", n->title);
	else if (transport != NULL && !str_equal(transport, "local") &&
	    !str_equal(transport, "ssh"))
		report_error(&l->report, n->file, line, "transport",
		    "\"local\", \"ssh\"", "\"%s\" is unknown", transport);
	else if (str_equal(transport, "ssh") && ssh == NULL)
		report_error(&l->report, n->file, line, "ssh",
		    "a section ssh { destination = \"user@host\" }",
		    "missing in host \"%s\"", n->title);
	if (destination != NULL &&
	    (destination[0] == '-' || strpbrk(destination, " \t") != NULL))
		report_error(&l->report, n->file, node_line(ssh, "destination"),
		    "destination", "\"user@host\", \"host\"",
		    "\"%s\" is not a destination", destination);
	if (ssh != NULL)
		check_ssh_options(l, ssh);
}

static bool
is_assignment(const char *text)
{
	const char *equal = strchr(text, '=');

	if (equal == NULL || equal == text || isdigit((unsigned char)*text))
		return false;
	for (const char *p = text; p < equal; p++)
		if (!isalnum((unsigned char)*p) && *p != '_')
			return false;
	return true;
}

static void
check_installation(struct loading *l, const struct node *host, const struct node *n)
{
	const struct node_key *env = node_key(n, "env");
	int before = 0;

	check_title(l, n);
	for (size_t i = 0; env != NULL && i < env->values.count; i++)
		if (!is_assignment(env->values.items[i]))
			report_error(&l->report, n->file, env->line, "env",
			    "a list { \"NAME=value\" }", "\"%s\" is no NAME=value",
			    env->values.items[i]);
	for (size_t i = 0; host->children[i] != n; i++) {
		const struct node *o = host->children[i];

		if (!str_equal(o->name, n->name))
			continue;
		before++;
		if (str_equal(o->title, n->title))
			report_error(&l->report, n->file, n->line, n->name,
			    "another name for each installation",
			    "\"%s\" is described already in line %d", n->title,
			    o->line);
	}
	if (before == INSTALLATIONS_MAX)
		report_error(&l->report, n->file, n->line, n->name,
		    "at most 4 installations of one engine on a host",
		    "\"%s\" is one too many", n->title);
}

static void
check_run_as(struct loading *l, const struct host *h, const struct node *n)
{
	if (h->run_as == NULL || h->transport != TRANSPORT_LOCAL ||
	    user_exists(h->run_as))
		return;
	report_error(&l->report, n->file, node_line(n, "run_as"), "run_as",
	    "the name of a user", "no user \"%s\" on this host", h->run_as);
}

void
check_hosts(struct loading *l)
{
	const struct config *c = l->config;

	for (size_t i = 0; i < c->host_count; i++) {
		const struct node *n = l->host_nodes[i];

		check_title(l, n);
		for (size_t k = 0; k < i; k++)
			if (str_equal(c->hosts[k].name, c->hosts[i].name)) {
				report_error(&l->report, n->file, n->line, "host",
				    "one section for each host",
				    "\"%s\" is described already in %s:%d", n->title,
				    l->host_nodes[k]->file, l->host_nodes[k]->line);
				break;
			}
		check_transport(l, n);
		check_run_as(l, &c->hosts[i], n);
		for (size_t k = 0; k < n->child_count; k++)
			if (!str_equal(n->children[k]->name, "ssh"))
				check_installation(l, n, n->children[k]);
	}
}
