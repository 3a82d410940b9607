#pragma once
#include "server/api/conversations.h"

namespace tsunagi::api {

/// What people sent and were sent beside words, for the console alone.
class Media {
public:
    Media(desk::DeskService& desks, Conversations& conversations) : desks_(desks), conversations_(conversations) {}

    /// GET /api/v1/media/{id}/{seq}: the bytes, to whoever may see the conversation. Never cached, never run: a stranger
    /// chose them, so a browser shows pictures at most and is told not to guess.
    net::awaitable<http::Response> show(Call call);

private:
    desk::DeskService& desks_;
    Conversations& conversations_;
};

/// The answer that hands out `blob`, with every header a stranger's bytes need.
http::Response media_response(store::MediaBlob blob);

/// Where the console finds the media of an entry.
std::string media_path(const ConversationId& conversation, std::uint64_t seq);

}  // namespace tsunagi::api
