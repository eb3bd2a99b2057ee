#include "config.h"

#include "daemon/engine/postgres/steps/common.h"

#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/rows.h"

const char *
pg_step_note(const struct scene *s, const char *key)
{
	return s->upgrade != NULL ? settings_get(&s->upgrade->notes, key) : NULL;
}

const char *
pg_step_note_of(const struct scene *s, const char *prefix, const struct member *m)
{
	char key[NAME_MAX_BYTES + 32];

	str_printf(key, sizeof(key), "%s%s", prefix, m->name);
	return pg_step_note(s, key);
}

void
pg_step_note_set(struct settings *notes, const char *prefix, const struct member *m,
    const char *value)
{
	char key[NAME_MAX_BYTES + 32];

	str_printf(key, sizeof(key), "%s%s", prefix, m->name);
	settings_set(notes, key, value);
}

void
pg_step_tag(const struct scene *s, const struct plan_step *ps, char *buf, size_t size)
{
	const struct upgrade *u = s->upgrade;

	if (u == NULL)
		str_printf(buf, size, "upgraded-%s", ps->number);
	else
		str_printf(buf, size, "upgraded-%lld-%s-%d", (long long)u->id,
		    ps->number, u->runs[ps->list][ps->index].attempt);
}

enum probe
pg_step_said(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	(void)ps;
	if (s->outcome == NULL) {
		why_seen(w, "not done yet");
		return PROBE_TO_DO;
	}
	if (s->outcome->ending == ENDING_EXITED && s->verdict == VERDICT_OK)
		return PROBE_DONE;
	why_seen(w, "%s %d", ending_name(s->outcome->ending), s->outcome->status);
	return PROBE_TO_DO;
}

char *
pg_step_answer(const struct scene *s, const char *word)
{
	const char *p = s->outcome != NULL ? s->outcome->output : NULL;
	size_t len = strlen(word);

	for (; p != NULL && *p != '\0'; p += strcspn(p, "\n"), p += *p == '\n')
		if (strncmp(p, word, len) == 0 &&
		    (p[len] == '\t' || p[len] == '\n' || p[len] == '\0')) {
			p += len + (p[len] == '\t');
			return mem_strndup(p, strcspn(p, "\n"));
		}
	return NULL;
}

const char *
pg_step_field(const char *rest, int n, char *buf, size_t size)
{
	size_t len;

	while (rest != NULL && n-- > 0) {
		rest = strchr(rest, '\t');
		rest = rest != NULL ? rest + 1 : NULL;
	}
	len = rest != NULL ? strcspn(rest, "\t") : 0;
	if (len == 2 && str_starts(rest, "\\N"))
		str_copy(buf, size, "\\N");
	else
		pg_unescape(rest != NULL ? rest : "", len, buf, size);
	return buf;
}

int64_t
pg_step_number(const char *rest, int n)
{
	char f[32];
	int64_t v = -1;

	str_to_int(pg_step_field(rest, n, f, sizeof(f)), 0, INT64_MAX, &v);
	return v;
}

enum fact
pg_step_runs(const struct scene *s, const struct plan_step *ps)
{
	if (s->seen == NULL || ps->installation < 0)
		return FACT_UNKNOWN;
	return s->seen[ps->member->index].inst[ps->installation].loaded;
}

const struct member *
pg_step_active(const struct scene *s)
{
	const struct pair *p = s->plan->pair;

	for (size_t i = 0; s->seen != NULL && i < p->member_count; i++)
		if (!p->members[i].subscriber && s->seen[i].role == ROLE_ACTIVE)
			return &p->members[i];
	return NULL;
}

int
pg_step_home(const struct scene *s, const struct plan_step *ps, const struct member *m)
{
	int home = s->seen != NULL ? s->seen[m->index].home : -1;

	if (home >= 0)
		return home;
	if (m == ps->member && ps->installation >= 0)
		return ps->installation;
	return s->plan->old_installation[m->index];
}
