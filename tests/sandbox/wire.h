/*
 * JSON lines over stream sockets: between utilities and the main daemon (unix socket), and
 * between replication agents (TCP).
 */
#ifndef SANDBOX_WIRE_H
#define SANDBOX_WIRE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

struct wire {
	int fd; /* -1 when closed */
	char *in;
	size_t have, room;
	bool ended;
};

void wire_init(struct wire *w, int fd);
void wire_close(struct wire *w);

/* Sends one message; takes the reference. 0, or -1 when the other end is gone. */
int wire_send(struct wire *w, json_t *message);

/* Next message already read, or NULL. wire_fill() reads what is there; -1 at the end. */
json_t *wire_next(struct wire *w);
int wire_fill(struct wire *w);

/* Waits for one message; NULL at the end of the stream or after timeout_ms (-1: none). */
json_t *wire_await(struct wire *w, int64_t timeout_ms);

/* Main daemon of an instance. wire_daemon returns -1 when it is not running. */
int wire_daemon(const struct world *w);
int wire_listen_daemon(const struct world *w);

/* TCP between agents; the address of the host is looked up in hosts.conf. */
int wire_listen(const struct world *w, const char *host, int *port);
int wire_connect(const struct world *w, const char *from, const char *to, int port);

/* One request and its answer, on a connection of its own; NULL when the daemon is down. */
json_t *wire_ask(const struct world *w, json_t *request);

#endif
