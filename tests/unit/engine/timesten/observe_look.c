#include "tests/unit/engine/timesten/observe_look.h"

struct looking look;

void
look_begin(const char *member, unsigned looks)
{
	look.m = shop(member);
	look.looks = looks;
	look.seen = look.failed = 0;
	look.round = 0;
	look.draft.error[0] = '\0';
}

void
look_init(void)
{
	observation_init(&look.draft);
	look_begin("left", LOOK_INSTANCE);
}

void
look_done(void)
{
	observation_done(&look.draft);
	shop_forget();
}

const char *
look_outcome(struct outcome o)
{
	static char asked[4000];
	struct question q;
	unsigned seen;
	const char *slash;

	if (!tt_ask(look.m, look.looks, &look.draft, look.round++, true, &q))
		return "nothing";
	slash = q.via == VIA_SESSION ? NULL : strrchr(q.argv.items[0], '/');
	str_printf(asked, sizeof(asked), "%s %s", q.installation == OLD ? "old" : "new",
	    q.via == VIA_SESSION ? q.statements
		: slash != NULL ? slash + 1
				: q.argv.items[0]);
	ck_assert_int_gt(q.limit_ms, 0);
	seen = q.looks;
	tt_answer(look.m, &q, &o, &look.draft, &seen);
	ck_assert_msg((seen & ~q.looks) == 0, "nothing is seen that was not asked");
	look.failed |= q.looks & ~seen;
	look.seen = (look.seen | seen) & ~look.failed;
	question_done(&q);
	return asked;
}

const char *
look_step(const char *text)
{
	return look_outcome(exited(0, text));
}


void
look_load(const char *member)
{
	look_begin(member, LOOK_INSTANCE);
	look_step(str_equal(member, "archive") ? LOADED("/a/archive1")
					  : LOADED("/a/orders1"));
	look_step(EMPTY);
	look_begin(member, LOOK_CHEAP);
}
