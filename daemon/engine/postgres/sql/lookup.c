/*
 * A resolver of its own for each name: names are asked for when a connection is made, which
 * is seldom, and so the resolver's files are read as they are then.
 *
 * The resolver calls back even for what was cancelled, and goes on using itself behind its
 * callback. So a lookup lives until then, and ends from the loop.
 */
#include "config.h"

#include "daemon/engine/postgres/sql/lookup.h"

#include <arpa/inet.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "common/mem.h"

#define ADDRESSES_MOST 8

struct lookup {
	struct evdns_base *dns;
	struct evdns_getaddrinfo_request *request;
	struct event *end;
	lookup_fn *done; /* NULL: cancelled */
	void *arg;
};

static void
on_end(evutil_socket_t fd, short what, void *arg)
{
	struct lookup *l = arg;

	(void)fd;
	(void)what;
	evdns_base_free(l->dns, 0);
	event_free(l->end);
	free(l);
}

static void
add_address(struct str_list *ret, const struct sockaddr *a)
{
	char text[INET6_ADDRSTRLEN];
	const void *raw = a->sa_family == AF_INET6
	    ? (const void *)&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr
	    : (const void *)&((const struct sockaddr_in *)(const void *)a)->sin_addr;

	if (ret->count < ADDRESSES_MOST &&
	    inet_ntop(a->sa_family, raw, text, sizeof(text)) != NULL)
		str_list_add(ret, text);
}

static void
on_addresses(int result, struct evutil_addrinfo *found, void *arg)
{
	struct lookup *l = arg;
	struct str_list addresses = { 0 };
	lookup_fn *done = l->done;

	l->request = NULL;
	l->done = NULL;
	event_active(l->end, EV_TIMEOUT, 0);
	for (const struct evutil_addrinfo *i = found; i != NULL; i = i->ai_next)
		add_address(&addresses, i->ai_addr);
	if (found != NULL)
		evutil_freeaddrinfo(found);
	if (done != NULL)
		done(l->arg, &addresses,
		    addresses.count > 0 ? NULL
			: result != 0   ? evutil_gai_strerror(result)
					: "it has no address");
	str_list_done(&addresses);
}

struct lookup *
lookup_start(struct event_base *base, const char *name, lookup_fn *done, void *arg)
{
	struct evutil_addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = EVUTIL_AI_ADDRCONFIG };
	struct lookup *l = mem_alloc(sizeof(*l));
	struct evdns_getaddrinfo_request *request;

	l->dns = evdns_base_new(base, 0);
	l->end = evtimer_new(base, on_end, l);
	l->done = done;
	l->arg = arg;
	/* Not every resolver answers with the letters that it was asked with. */
	(void)evdns_base_set_option(l->dns, "randomize-case:", "0");
	/* Without that file: the hosts file, and a resolver on this host. */
	(void)evdns_base_resolv_conf_parse(l->dns, DNS_OPTIONS_ALL, "/etc/resolv.conf");
	request = evdns_getaddrinfo(l->dns, name, NULL, &hints, on_addresses, l);
	if (request == NULL)
		return NULL;
	l->request = request;
	return l;
}

void
lookup_cancel(struct lookup *l)
{
	if (l == NULL)
		return;
	l->done = NULL;
	if (l->request != NULL)
		evdns_getaddrinfo_cancel(l->request);
}
