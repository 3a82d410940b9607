#pragma once
#include <boost/asio/awaitable.hpp>

#include <string>

namespace tsunagi::media {

namespace net = boost::asio;

/// What came of one attempt to fetch what a person sent (facts.md 45, 46).
enum class FetchOutcome {
    ready,         ///< here are the bytes
    preparing,     ///< LINE still makes it ready; ask again
    gone,          ///< withdrawn, or deleted after its unpublished time
    unpreparable,  ///< LINE could not make it ready and never will
    too_large,     ///< more than bytes_max: nothing of it was taken
    unauthorized,  ///< the channel's token is wrong; an operator must act
    unavailable,   ///< nothing, or no clear answer; ask again
};
struct Fetched {
    FetchOutcome outcome = FetchOutcome::unavailable;
    std::string bytes;
};

/// Where media lie until we have them. Ends within its own deadlines; never throws for what the peer does.
class Source {
public:
    virtual ~Source() = default;
    /// `channel` is line::channel_key; at most bytes_max bytes come back.
    virtual net::awaitable<Fetched> fetch(std::string channel, std::string message_id) = 0;
};

}  // namespace tsunagi::media
