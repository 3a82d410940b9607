#pragma once
#include "server/api/answers.h"
#include "server/api/call.h"
#include "server/desk/desk_service.h"

#include <boost/asio/awaitable.hpp>

namespace tsunagi::api {

namespace net = boost::asio;

constexpr std::size_t audit_rows_max = 200;
constexpr std::size_t audit_rows_default = 50;

/// GET /audit: who did what to which id at the caller's desk, newest first, in pages by `cursor`. No word of what anybody
/// said is in it. `desks` must outlive the answer.
net::awaitable<http::Response> audit_page(desk::DeskService& desks, Call call);

}  // namespace tsunagi::api
