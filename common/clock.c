#include "config.h"

#include "common/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t
read_us(clockid_t id)
{
	struct timespec ts = { 0 };

	(void)clock_gettime(id,
	    &ts); /* both clocks exist on every Linux we build for */
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}

int64_t
clock_mono_us(void)
{
	return read_us(CLOCK_BOOTTIME);
}

int64_t
clock_wall_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

const char *
clock_text(int64_t wall_ms, char *buf)
{
	int64_t ms = wall_ms % 1000;
	struct tm tm = { 0 };
	char day[CLOCK_TEXT];
	time_t seconds;

	if (ms < 0)
		ms += 1000;
	seconds = (time_t)((wall_ms - ms) / 1000);
	(void)gmtime_r(&seconds, &tm);
	if (strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		day[0] = '\0';
	snprintf(buf, CLOCK_TEXT, "%.26s.%03dZ", day, (int)ms);
	return buf;
}
