#include "config.h"

#include "daemon/engine/engines.h"

#include "daemon/engine/postgres/postgres.h"
#include "daemon/engine/timesten/timesten.h"

const struct engine *const engines[] = {
	&timesten,
	&postgres,
	NULL,
};
