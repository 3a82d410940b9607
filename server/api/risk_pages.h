#pragma once
#include "server/api/answers.h"
#include "server/api/call.h"
#include "server/desk/desk_service.h"

namespace tsunagi::api {

/// How the danger rules are tried and judged by those who answer for a desk. Desk managers and supervisors only.
class RiskPages {
public:
    explicit RiskPages(desk::DeskService& desks) : desks_(desks) {}

    /// What the rules say of a sentence. It is kept nowhere and logged nowhere.
    net::awaitable<http::Response> try_text(Call call);

    /// Marks that staff dismissed in the last 90 days, newest first: what the rules are corrected by.
    net::awaitable<http::Response> dismissed(Call call);

private:
    desk::DeskService& desks_;
};

}  // namespace tsunagi::api
