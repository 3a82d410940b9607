#pragma once
#include "server/api/call.h"
#include "server/api/conversations.h"
#include "server/desk/desk_service.h"

namespace tsunagi::api {

/// Everything a counselor does with a conversation. Each is a DeskService::command: one commit, once for each key.
class Commands {
public:
    Commands(desk::DeskService& desks, Conversations& conversations) : desks_(desks), conversations_(conversations) {}

    net::awaitable<http::Response> claim(Call call);
    net::awaitable<http::Response> transfer(Call call);
    net::awaitable<http::Response> return_to_bot(Call call);
    net::awaitable<http::Response> close(Call call);
    net::awaitable<http::Response> send_text(Call call);
    /// `media` has been checked; the person must be on LINE.
    net::awaitable<http::Response> send_media(Call call, desk::SendMedia media);
    net::awaitable<http::Response> add_note(Call call);
    net::awaitable<http::Response> set_risk(Call call);
    net::awaitable<http::Response> dismiss_mark(Call call);
    net::awaitable<http::Response> end_disguise(Call call);
    net::awaitable<http::Response> set_safe_contact(Call call);

private:
    net::awaitable<http::Response> carry_out(Call call, desk::Action action);
    net::awaitable<http::Response> done_out_of_sight(Call call);
    desk::DeskService& desks_;
    Conversations& conversations_;
};

}  // namespace tsunagi::api
