/*
 * The TimesTen Server, which clients connect to: of the old release it ends before its database
 * is saved, of the new one it begins when the copy is verified, on the same port.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Client/Server online upgrade"; TimesTen
 * Reference, ttDaemonAdmin -stopserver, -startserver, ttStatus.
 */
#include "config.h"

#include "daemon/engine/timesten/steps/common.h"

/* The port that the server of an installation listens on; "none", or NULL: not told. */
static const char *
server_at(const struct scene *s, const struct member *m, int installation)
{
	char key[24];

	str_printf(key, sizeof(key), "server.%d", installation);
	return settings_get(&step_seen(s, m)->details, key);
}

static const char *
server_of(const struct scene *s, const struct plan_step *ps)
{
	return server_at(s, ps->member, ps->installation);
}

static void
stop_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	tt_daemon_admin_server(ret, ps->member, ps->installation, false);
}

static enum probe
stop_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *port = server_of(s, ps);

	why_needed(w, "no TimesTen Server");
	why_seen(w, "port %s", port != NULL ? port : "not told");
	why_remedy(w, "stop it by hand: ttDaemonAdmin -stopserver, then retry");
	if (port == NULL)
		return PROBE_UNKNOWN;
	return str_equal(port, "none") ? PROBE_DONE : PROBE_TO_DO;
}

const struct step tt_server_stop = {
	.id = "server-stop",
	.title = "stop the TimesTen Server that serves %s",
	.effect = "ttStatus shows no server",
	.build = stop_build,
	.probe = stop_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
	.patience_ms = 15000,
	.tries = 5,
};

static void
start_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	(void)s;
	tt_daemon_admin_server(ret, ps->member, ps->installation, true);
}

static enum probe
start_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *port = server_of(s, ps);

	why_needed(w, "a TimesTen Server");
	why_seen(w, "port %s", port != NULL ? port : "not told");
	why_remedy(w,
	    "see that nobody else listens on its port, and what tterrors.log says, then retry");
	if (port == NULL)
		return PROBE_UNKNOWN;
	return str_equal(port, "none") ? PROBE_TO_DO : PROBE_DONE;
}

const struct step tt_server_start = {
	.id = "server-start",
	.title = "start the TimesTen Server for %s",
	.effect = "ttStatus shows the server",
	.build = start_build,
	.probe = start_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
	.patience_ms = 15000,
	.tries = 5,
};

/* The old server hands requests of old clients on: both listen. */
static enum probe
two_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *new = server_of(s, ps);
	const char *old = server_at(s, ps->member,
	    s->plan->old_installation[ps->member->index]);

	why_needed(w, "two TimesTen Servers on two ports");
	why_seen(w, "the old one on port %s, the new one on %s",
	    old != NULL ? old : "not told", new != NULL ? new : "not told");
	why_remedy(w,
	    "start the old server again, with the new one on another port, then retry");
	if (old == NULL || new == NULL)
		return PROBE_UNKNOWN;
	return !str_equal(old, "none") && !str_equal(new, "none") && !str_equal(old, new)
	    ? PROBE_DONE
	    : PROBE_UNKNOWN;
}

const struct step tt_see_two_servers = {
	.id = "see-two-servers",
	.title = "see the old TimesTen Server beside the new one of %s",
	.effect = "ttStatus of each installation shows a server, on two ports",
	.probe = two_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_INSTANCE,
};
