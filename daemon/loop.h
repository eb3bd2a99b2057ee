/*
 * The event loop: signals, READY=1 and the watchdog of sd_notify(3), stalls.
 */
#ifndef UD_LOOP_H
#define UD_LOOP_H

#include <stdint.h>

struct event_base;
struct loop;

struct loop_calls {
	void (*reload)(void *arg);            /* SIGHUP */
	void (*dump)(void *arg);              /* SIGUSR1 */
	void (*stall)(void *arg, int64_t us); /* how late the loop came to a timer */
	void *arg;
};

struct loop *loop_new(struct event_base *base, const struct loop_calls *calls);
void loop_free(struct loop *l);

/* Runs until SIGTERM or SIGINT. Tells the service manager when it begins and ends. */
void loop_run(struct loop *l);

#endif
