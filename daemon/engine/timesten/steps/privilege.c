/*
 * ADMIN for the time of an upgrade, and the user that a duplicate needs.
 *
 * Releases before 11.2.1 have no users that could come along: the user of the duplicate is created
 * in the new database (asp-major 12, replicated-major 9). With the option grant_admin ADMIN is granted
 * to him, or to PUBLIC for applications that are not to notice access control yet, and taken back at
 * the end or by an abort: that it stands is a reminder of the upgrade meanwhile. Who has ADMIN
 * already keeps it.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Access control", and step 9 and 12 of the
 * procedures; GRANT ADMIN TO PUBLIC is "a temporary workaround, for upgrade purposes only".
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "daemon/engine/timesten/steps/common.h"

#define NOTE_GRANTED "granted" /* to whom, by us */

static const struct release first_users = { { 11, 2, 1 }, 3 };

/* Whom the option means. */
static const char *
grantee(const struct scene *s)
{
	const char *user = s->plan->pair->duplicate.user;

	if (settings_is(&s->plan->options, TT_OPTION_GRANT_ADMIN, "public"))
		return "PUBLIC";
	return user != NULL ? user : "the user of the duplicate";
}

/* Of the last look: NULL, it does not tell. */
static const char *
admins(const struct scene *s, const struct plan_step *ps)
{
	return s->seen != NULL ? settings_get(&step_seen(s, ps->member)->details, "admins")
			       : NULL;
}

static bool
has_admin(const char *list, const char *name)
{
	size_t len, wanted = strlen(name);
	const char *word;

	while (list != NULL && (word = str_word(&list, &len)) != NULL)
		if (len == wanted && strncasecmp(word, name, len) == 0)
			return true;
	return false;
}

/* Was its command started, also by an earlier life of the daemon? Then what is there is ours. */
static bool
was_performed(const struct scene *s, const struct plan_step *ps)
{
	return s->performed_ms > 0 ||
	    (s->upgrade != NULL && s->upgrade->runs[ps->list][ps->index].touched);
}

/* From a release without users to one with them, and there is one who is to make copies. */
static bool
has_no_users(const struct scene *s, const struct plan_step *ps)
{
	(void)ps;
	return release_is_set(&s->plan->from) &&
	    release_compare(&s->plan->from, &first_users) < 0 &&
	    release_compare(&s->plan->to, &first_users) >= 0 &&
	    s->plan->pair->duplicate.user != NULL;
}

/* ---- granted ---- */

static void
grant_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tt_session(ret, ps->member, step_home(s, ps, ps->member), "GRANT ADMIN TO %s", grantee(s));
	ret->limit_ms = 30000;
}

static enum probe
grant_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *list = admins(s, ps);

	why_needed(w, "ADMIN for %s", grantee(s));
	why_seen(w, "%s", list != NULL ? list : "not told who has it");
	why_remedy(w, "see what GRANT was refused for: upgradectl log; the user must exist");
	if (has_admin(list, grantee(s)))
		return was_performed(s, ps) ? PROBE_DONE : PROBE_NOT_NEEDED;
	step_tell_error(s, w);
	return list == NULL && s->outcome != NULL && s->verdict == VERDICT_OK ? PROBE_DONE
									     : PROBE_TO_DO;
}

static void
grant_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	char text[NAME_MAX_BYTES + 128];

	(void)ps;
	settings_set(notes, NOTE_GRANTED, grantee(s));
	str_printf(text, sizeof(text), "ADMIN is granted to %.64s for the time of upgrade %" PRId64,
	    grantee(s), s->upgrade->id);
	settings_set(notes, NOTE_REMINDER "admin", text);
}

/* A user who cannot be there yet is created with ADMIN. */
static bool
grant_needed(const struct scene *s, const struct plan_step *ps)
{
	return settings_is(&s->plan->options, TT_OPTION_GRANT_ADMIN, "public") ||
	    !has_no_users(s, ps);
}

const struct step tt_grant_admin = {
	.id = "grant-admin",
	.title = "grant ADMIN in %s for the time of the upgrade",
	.effect = "SYS.DBA_SYS_PRIVS lists it",
	.build = grant_build,
	.needed = grant_needed,
	.probe = grant_probe,
	.learn = grant_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_SCHEMA,
	.patience_ms = 5000,
};

/* ---- taken back ---- */

static const char *
granted(const struct scene *s)
{
	return s->upgrade != NULL ? settings_get(&s->upgrade->notes, NOTE_GRANTED) : NULL;
}

static bool
is_granted(const struct scene *s, const struct plan_step *ps)
{
	(void)ps;
	return granted(s) != NULL;
}

static void
revoke_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tt_session(ret, ps->member, step_home(s, ps, ps->member), "REVOKE ADMIN FROM %s",
	    granted(s) != NULL ? granted(s) : grantee(s));
	ret->limit_ms = 30000;
}

static enum probe
revoke_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *list = admins(s, ps);

	why_needed(w, "no ADMIN for %s", granted(s) != NULL ? granted(s) : grantee(s));
	why_seen(w, "%s", list != NULL ? list : "not told who has it");
	why_remedy(w, "REVOKE it by hand in %s, then retry", ps->member->name);
	if (granted(s) == NULL)
		return PROBE_NOT_NEEDED;
	if (list != NULL && !has_admin(list, granted(s)))
		return PROBE_DONE;
	step_tell_error(s, w);
	return list == NULL && s->outcome != NULL && s->verdict == VERDICT_OK ? PROBE_DONE
									     : PROBE_TO_DO;
}

static void
revoke_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	(void)s;
	(void)ps;
	settings_unset(notes, NOTE_REMINDER "admin");
}

/* Of the last member: nothing stands any more. */
const struct step tt_revoke_admin = {
	.id = "revoke-admin",
	.title = "take back ADMIN that was granted for the upgrade in %s",
	.effect = "SYS.DBA_SYS_PRIVS does not list it",
	.build = revoke_build,
	.needed = is_granted,
	.probe = revoke_probe,
	.learn = revoke_learn,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_SCHEMA,
	.patience_ms = 5000,
};

const struct step tt_revoke_admin_copy = {
	.id = "revoke-admin",
	.title = "take back ADMIN that came with the copy to %s",
	.effect = "SYS.DBA_SYS_PRIVS does not list it",
	.build = revoke_build,
	.needed = is_granted,
	.probe = revoke_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_SCHEMA,
	.patience_ms = 5000,
};

/* ---- the user of the duplicate ---- */

static void
user_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	const char *user = s->plan->pair->duplicate.user;

	if (user != NULL && tt_is_identifier(user))
		tt_create_admin(ret, ps->member, step_home(s, ps, ps->member));
}

static enum probe
user_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const char *user = s->plan->pair->duplicate.user, *list = admins(s, ps);

	why_needed(w, "user %s with ADMIN", user != NULL ? user : "of the duplicate");
	why_seen(w, "%s", list != NULL ? list : "not told who has it");
	why_remedy(w,
	    "CREATE USER %s IDENTIFIED BY ...; GRANT ADMIN TO %s in %s, then retry",
	    user != NULL ? user : "NAME", user != NULL ? user : "NAME", ps->member->name);
	if (user == NULL)
		return PROBE_NOT_NEEDED;
	if (has_admin(list, user))
		return was_performed(s, ps) ? PROBE_DONE : PROBE_NOT_NEEDED;
	step_tell_error(s, w);
	return list == NULL && s->outcome != NULL && s->verdict == VERDICT_OK ? PROBE_DONE
									     : PROBE_TO_DO;
}

const struct step tt_admin_user = {
	.id = "admin-user",
	.title = "create the user of the duplicate in %s, if it comes from a release without users",
	.effect = "SYS.DBA_SYS_PRIVS lists ADMIN of the user",
	.build = user_build,
	.needed = has_no_users,
	.probe = user_probe,
	.on_interrupt = INTERRUPT_REDO,
	.looks = LOOK_SCHEMA,
	.patience_ms = 5000,
};
