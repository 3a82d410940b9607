#pragma once
#include "server/api/conversations.h"
#include "server/http/server.h"

namespace tsunagi::api {

/// What people sent and were sent beside words, for the console alone.
class Media {
public:
    Media(desk::DeskService& desks, Conversations& conversations) : desks_(desks), conversations_(conversations) {}

    /// GET /api/v1/media/{id}/{seq}: the bytes, to whoever may see the conversation. Never cached, never run: a stranger
    /// chose them, so a browser shows pictures at most and is told not to guess.
    net::awaitable<http::Response> show(Call call);

    /// The picture or PDF in the body of POST /api/v1/conversations/{id}/media?name=, when it may be sent: found by content,
    /// within the sizes below. Else why not, as a code of `api.problem.*`.
    Result<desk::SendMedia, std::string> sendable(const Call& call) const;

private:
    desk::DeskService& desks_;
    Conversations& conversations_;
};

/// What LINE takes as its own preview, so that one picture serves as both (facts.md 86); the console makes it fit.
constexpr std::size_t sent_picture_bytes_max = 1'000'000;
constexpr std::size_t sent_file_bytes_max = 10 << 20;

/// GET /media/{link}: what a counselor sent, for LINE and the phone of who got it; a small page with 404 for everything else. `desks` must
/// outlive it.
http::Route media_link_route(desk::DeskService& desks);

/// Where the console finds the media of an entry.
std::string media_path(const ConversationId& conversation, std::uint64_t seq);

}  // namespace tsunagi::api
