#include "server/line/api.h"

#include "server/line/json_member.h"
#include "server/line/render.h"
#include "server/line/user_id.h"

namespace tsunagi::line {
namespace {

using nlohmann::json;

// The two answers that only their wording tells apart (facts.md 53, 54); matched in this one place.
constexpr std::string_view reply_token_message = "Invalid reply token";
constexpr std::string_view monthly_limit_message = "monthly limit";
constexpr std::string_view rate_limit_message = "rate limit";
constexpr std::string_view operations_message = "operation";  // concurrent work on an audience

std::vector<std::string> message_ids_of(const json& answer)
{
    std::vector<std::string> ids;
    const json& sent = member(answer, "sentMessages");
    if (!sent.is_array()) return ids;
    for (const auto& message : sent) ids.push_back(text_of(message, "id"));
    return ids;
}

/// The four kinds of 429 (facts.md 54). A wording that LINE does not document is the one about a single person.
SendOutcome too_much(const std::string& message)
{
    const auto says = [&](std::string_view words) { return message.find(words) != std::string::npos; };
    if (says(monthly_limit_message)) return SendOutcome::quota_used_up;
    if (message.empty() || says(rate_limit_message) || says(operations_message)) return SendOutcome::rate_limited;
    return SendOutcome::too_many_to_person;
}

SendOutcome outcome_of(unsigned status, const std::string& message, bool is_reply)
{
    if (status >= 200 && status < 300) return SendOutcome::accepted;
    if (status == 409 && !is_reply) return SendOutcome::accepted;
    if (status == 401 || status == 403) return SendOutcome::unauthorized;
    if (status == 408) return SendOutcome::ambiguous;
    if (status == 429) return too_much(message);
    if (is_reply && status == 400 && message.find(reply_token_message) != std::string::npos)
        return SendOutcome::reply_token_refused;
    if (status >= 400 && status < 500) return SendOutcome::rejected;
    return SendOutcome::ambiguous;
}

SendResult result_of(const Result<http::Response, http::ClientFailure>& answer, bool is_reply)
{
    if (answer.ok()) return classify(answer->status, answer->body, is_reply);
    const bool certain = answer.error() == http::ClientFailure::not_sent;
    return {.outcome = certain ? SendOutcome::not_sent : SendOutcome::ambiguous, .message_ids = {}, .status = 0};
}

}  // namespace

std::string channel_key(const DeskId& desk, const std::string& channel) { return desk.text + "/" + channel; }

SendResult classify(unsigned status, const std::string& body, bool is_reply)
{
    const json answer = json::parse(body, nullptr, false);  // 5xx of an edge may be HTML (facts.md 52)
    return {.outcome = outcome_of(status, text_of(answer, "message"), is_reply), .message_ids = message_ids_of(answer), .status = status};
}

net::awaitable<SendResult> HttpApi::reply(std::string channel, std::string reply_token,
                                          std::vector<bot::OutboundMessage> messages)
{
    Call call{.channel = std::move(channel), .path = "/v2/bot/message/reply", .body = reply_body(reply_token, messages, media_base_)};
    const auto answer = co_await caller_.call(std::move(call));
    co_return result_of(answer, true);
}

net::awaitable<SendResult> HttpApi::push(std::string channel, std::string user, std::vector<bot::OutboundMessage> messages,
                                         std::string retry_key)
{
    Call call{.channel = channel, .path = "/v2/bot/message/push", .body = push_body(user, messages, media_base_),
              .retry_key = std::move(retry_key)};
    const auto answer = co_await caller_.call(std::move(call));
    auto result = result_of(answer, false);
    if (result.outcome != SendOutcome::quota_used_up || quota_ == nullptr) co_return result;
    co_return co_await with_quota_confirmed(std::move(channel), std::move(result));
}

net::awaitable<Reach> HttpApi::reach(std::string channel, std::string user)
{
    if (!is_user_id(user)) co_return Reach::no;  // LINE forbids asking for nobody (facts.md 95)
    Call call{.channel = std::move(channel), .method = http::Method::get, .path = "/v2/bot/profile/" + user, .body = {}};
    const auto answer = co_await caller_.call(std::move(call));
    if (answer.ok() && answer->status == 200) co_return Reach::yes;
    if (answer.ok() && (answer->status == 404 || answer->status == 400)) co_return Reach::no;
    co_return Reach::not_told;
}

/// While a broadcast is under way LINE says that the month is used up although it is not (facts.md 55): then it is waited for.
net::awaitable<SendResult> HttpApi::with_quota_confirmed(std::string channel, SendResult result)
{
    const auto quota = co_await quota_->read(std::move(channel));
    if (quota && (!quota->limit || *quota->left() > 0)) result.outcome = SendOutcome::rate_limited;
    co_return result;
}

}  // namespace tsunagi::line
