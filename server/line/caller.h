#pragma once
#include "bot/base/result.h"
#include "server/http/client.h"
#include "server/line/pace.h"
#include "server/line/tokens.h"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace tsunagi::line {

namespace net = boost::asio;

/// Which of LINE's two hosts answers (facts.md 48).
enum class Host { api, data };

/// One request to the platform in a channel's name.
struct Call {
    std::string channel;             ///< channel_key
    Host host = Host::api;
    http::Method method = http::Method::post;
    std::string path;                ///< exactly as documented: LINE refuses additions (facts.md 48)
    std::string body;                ///< of `media_type`, or empty
    std::string retry_key = {};      ///< only on push (facts.md 80)
    Urgency urgency = Urgency::prompt;
    std::string media_type = "application/json";
};

/// Whatever speaks with LINE speaks through this. One real implementation; tests put their own in its place.
/// Ends within its deadlines, never throws for what the peer does.
class Caller {
public:
    virtual ~Caller() = default;
    virtual net::awaitable<Result<http::Response, http::ClientFailure>> call(Call call) = 0;
};

/// Over HTTP, with the channel's token and within LINE's rates. A 401 makes the token be thrown away and the request be made once more with a
/// fresh one: LINE did nothing with the first (facts.md 108).
class HttpCaller final : public Caller {
public:
    /// All must outlive it.
    HttpCaller(http::Client& api, http::Client& data, Tokens& tokens, Pace& pace)
        : api_(api), data_(data), tokens_(tokens), pace_(pace)
    {
    }
    net::awaitable<Result<http::Response, http::ClientFailure>> call(Call call) override;

private:
    http::Client& api_;
    http::Client& data_;
    net::awaitable<Result<http::Response, http::ClientFailure>> send(const Call& call, std::string token);
    Tokens& tokens_;
    Pace& pace_;
};

}  // namespace tsunagi::line
