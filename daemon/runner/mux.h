/*
 * A session over a kept connection of OpenSSH: what ssh(1) itself says to the master on its
 * control socket. So a command costs no process here, and what it ended with is told apart
 * from what happened to the connection.
 *
 * Source: OpenSSH, PROTOCOL.mux, version 4 of the protocol (since 5.4).
 */
#ifndef UD_RUNNER_MUX_H
#define UD_RUNNER_MUX_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"

/* Connects without waiting. UD_EUNREACHABLE: nobody listens. */
int mux_connect(const char *path, int *ret_fd, struct ud_error *err) UD_CHECKED;

/* Asks for one session that runs command with these as its input, output and errors; they
 * stay ours. UD_EUNREACHABLE: the master does not take it. */
int mux_request(int fd, const char *command, bool terminal, const int streams[3],
    struct ud_error *err) UD_CHECKED;

enum mux_event {
	MUX_NOTHING, /* no whole message is there */
	MUX_OPENED,  /* it runs */
	MUX_REFUSED, /* it will not: text */
	MUX_EXITED,  /* with status; its output may be still on its way */
	MUX_BROKEN   /* not the protocol that we know */
};

struct mux_message {
	enum mux_event event;
	int status;
	char text[256];
};

/* Takes the next message that matters out of what was read. */
void mux_next(struct buf *in, struct mux_message *ret);

#endif
