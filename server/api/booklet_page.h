#pragma once
#include "server/api/call.h"
#include "server/desk/clock.h"
#include "server/http/message.h"

namespace tsunagi::api {

/// GET /api/v1/booklet: the desk's しおり as a page to print, or with `kind=windows` its 窓口一覧; `language` is one of
/// the desk's (its first when left out). For every signed-in member of staff: nothing in it is confidential. 422 for a
/// language that the desk does not speak or another kind, 503 when the desk has no guide.
http::Response booklet_page(const Call& call, desk::Clock& clock);

}  // namespace tsunagi::api
