#include "config.h"

#include "daemon/model/role.h"

const char *
role_name(enum role role)
{
	switch (role) {
	case ROLE_ACTIVE:
		return "active";
	case ROLE_STANDBY:
		return "standby";
	case ROLE_SUBSCRIBER:
		return "subscriber";
	case ROLE_IDLE:
		return "idle";
	case ROLE_FAILED:
		return "failed";
	case ROLE_RECOVERING:
		return "recovering";
	case ROLE_UNKNOWN:
	case ROLES:
		break;
	}
	return "unknown";
}

const char *
fact_name(enum fact fact)
{
	switch (fact) {
	case FACT_NO:
		return "no";
	case FACT_YES:
		return "yes";
	case FACT_UNKNOWN:
		break;
	}
	return "unknown";
}
