#pragma once
#include "server/desk/desk_service.h"
#include "server/http/server.h"
#include "server/line/decode.h"
#include "server/ops/metrics.h"

namespace tsunagi::line {

/// The route `POST /line/{desk}/webhook`.
///
/// 200 once every event of the request is durable (or known already), also for an empty one; 401 without a valid
/// signature; 404 for a desk without LINE; 400 for what is not a webhook; 413 by the server above 1 MiB; 500 when an
/// event could not be kept: the platform then delivers the request again, and what was kept is recognised.
/// Several events are taken side by side; those of one person in their order. All references must outlive the route.
/// `take_leave` is told of groups and rooms once everything else is durable; it must only begin the work.
using TakeLeave = std::function<void(const DeskId& desk, const std::string& channel, GroupVisit visit)>;
http::Route webhook_route(desk::DeskService& desks, ops::Metrics& metrics, TakeLeave take_leave = {});

}  // namespace tsunagi::line
