/* Bodies of requests, out of the options. The caller decrefs. */
#ifndef UD_CLIENT_REQUEST_H
#define UD_CLIENT_REQUEST_H

#include <jansson.h>

#include "client/options.h"

/* {to, procedure?, options?, gates?}: what check, plan and start send. */
json_t *request_target(const struct options *o);

/* {comment?} */
json_t *request_comment(const struct options *o);

#endif
