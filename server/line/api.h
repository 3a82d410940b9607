#pragma once
#include "bot/conversation/message.h"
#include "server/line/caller.h"
#include "server/line/quota.h"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace tsunagi::line {

namespace net = boost::asio;

/// What became of one send request. The outbox decides by this alone, never by LINE's wording (facts.md 51, 80-84).
enum class SendOutcome {
    accepted,             ///< 200, or 409 under our retry key: LINE has it
    reply_token_refused,  ///< 400 on a reply whose token is spent, old or unknown
    rejected,             ///< another 4xx: the same request will never be accepted
    rate_limited,         ///< 429: too fast, or another's audience is in work; nothing was accepted
    too_many_to_person,   ///< 429: too many messages to this one person; nothing was accepted
    quota_used_up,        ///< 429: the month's messages are spent
    unauthorized,         ///< 401 or 403: the channel's token is wrong, an operator must act
    not_sent,             ///< for certain nothing reached LINE
    ambiguous,            ///< 5xx, or no answer after the request was written: LINE may or may not have it
};
struct SendResult {
    SendOutcome outcome = SendOutcome::ambiguous;
    std::vector<std::string> message_ids;  ///< LINE's ids in order, when it told them
    unsigned status = 0;                   ///< 0: no answer
};

/// Whether somebody who had blocked us can be reached again. LINE tells by her profile alone (facts.md 92).
enum class Reach { yes, no, not_told };

/// The part of the LINE platform that the outbox uses. One real implementation, one in the simulation.
/// Every call ends within its own deadlines; none throws for what the peer does.
class Api {
public:
    virtual ~Api() = default;
    /// Free of quota; the token works once and for a minute; takes no retry key (facts.md 57).
    virtual net::awaitable<SendResult> reply(std::string channel, std::string reply_token,
                                             std::vector<bot::OutboundMessage> messages) = 0;
    /// Accepted once for each `retry_key` (a UUID) within 24 hours (facts.md 80-82).
    virtual net::awaitable<SendResult> push(std::string channel, std::string user,
                                            std::vector<bot::OutboundMessage> messages, std::string retry_key) = 0;
    /// Asked before the words of a counselor go to somebody who had blocked us.
    virtual net::awaitable<Reach> reach(std::string channel, std::string user) = 0;
};

/// The name that identifies a channel across desks.
std::string channel_key(const DeskId& desk, const std::string& channel);

/// LINE itself (or a stand-in).
class HttpApi final : public Api {
public:
    /// Without `quota` LINE's word on a used-up month is taken as it is.
    explicit HttpApi(Caller& caller, QuotaWatch* quota = nullptr, std::string media_base = {})
        : caller_(caller), quota_(quota), media_base_(std::move(media_base))
    {
    }

    net::awaitable<SendResult> reply(std::string channel, std::string reply_token,
                                     std::vector<bot::OutboundMessage> messages) override;
    net::awaitable<SendResult> push(std::string channel, std::string user, std::vector<bot::OutboundMessage> messages,
                                    std::string retry_key) override;
    net::awaitable<Reach> reach(std::string channel, std::string user) override;

private:
    net::awaitable<SendResult> with_quota_confirmed(std::string channel, SendResult result);
    Caller& caller_;
    QuotaWatch* quota_;
    const std::string media_base_;
};

/// Sorts an answer of the send endpoints into an outcome. Pure; public for its table of tests.
SendResult classify(unsigned status, const std::string& body, bool is_reply);

}  // namespace tsunagi::line
