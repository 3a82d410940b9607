#include "server/line/issued_tokens.h"

#include "server/http/url.h"

#include <boost/asio/co_spawn.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace tsunagi::line {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds token_life_max{30 * 86'400};

struct Answered {
    std::string token;
    std::chrono::seconds life{0};
};

std::optional<Answered> read_answer(const http::Response& response)
{
    if (response.status != 200) return std::nullopt;
    const json answer = json::parse(response.body, nullptr, false);
    if (!answer.is_object()) return std::nullopt;
    const auto token = answer.find("access_token");
    const auto life = answer.find("expires_in");
    if (token == answer.end() || !token->is_string() || life == answer.end() || !life->is_number_integer()) return std::nullopt;
    const auto seconds = std::chrono::seconds(life->get<std::int64_t>());
    if (seconds <= std::chrono::seconds{0} || seconds > token_life_max) return std::nullopt;
    return Answered{token->get<std::string>(), seconds};
}

}  // namespace

std::optional<http::ClientRequest> token_request(const TokenCredential& credential, TimePoint now)
{
    http::ClientRequest request;
    request.method = http::Method::post;
    const bool is_v2_1 = credential.kind == TokenKind::jwt;
    request.path = is_v2_1 ? "/oauth2/v2.1/token" : "/oauth2/v3/token";
    request.fields.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = "grant_type=client_credentials";
    if (!is_v2_1 && credential.key.private_key.empty()) {  // one form of credential, never both (pitfalls.md 27)
        request.body += "&client_id=" + http::percent_encode(credential.key.channel_id) +
                        "&client_secret=" + http::percent_encode(credential.channel_secret);
        return request;
    }
    const std::string assertion = make_assertion(credential.key, now, is_v2_1);
    if (assertion.empty()) return std::nullopt;
    request.body += "&client_assertion_type=" + http::percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
                    "&client_assertion=" + http::percent_encode(assertion);
    return request;
}

IssuedTokens::Serves IssuedTokens::serves(const Issued& issued, TimePoint now) const
{
    if (issued.token.empty() || now >= issued.expires_at) return Serves::not_at_all;
    return now < issued.renew_at ? Serves::fresh : Serves::until_renewed;
}

net::awaitable<std::string> IssuedTokens::token(std::string channel)
{
    const auto credential = credentials_.find(channel);
    if (credential == credentials_.end()) co_return std::string();
    if (credential->second.kind == TokenKind::long_lived) co_return credential->second.access_token;
    std::string serving;
    bool begin_renewal = false;
    {
        const std::lock_guard lock(mutex_);
        auto& issued = issued_[channel];
        const auto now = clock_.now();
        const auto how = serves(issued, now);
        if (how != Serves::not_at_all) serving = issued.token;
        begin_renewal = how == Serves::until_renewed && !issued.renewal_under_way && now >= issued.ask_again_at;
        if (begin_renewal) issued.renewal_under_way = true;
    }
    const auto executor = co_await net::this_coro::executor;
    if (begin_renewal) renew_aside(executor, channel);
    if (!serving.empty()) co_return serving;
    co_await renew_in_turn(channel);
    const std::lock_guard lock(mutex_);
    const auto& issued = issued_[channel];
    co_return serves(issued, clock_.now()) == Serves::not_at_all ? std::string() : issued.token;
}

/// Without anybody waiting: a reply has but 30 seconds, and LINE's token endpoint may hang.
void IssuedTokens::renew_aside(const net::any_io_executor& executor, const std::string& channel)
{
    ++renewing_;
    auto ended = [this, channel](std::exception_ptr) {
        const std::lock_guard lock(mutex_);
        issued_[channel].renewal_under_way = false;
        --renewing_;
    };
    net::co_spawn(executor, renew_in_turn(channel), std::move(ended));
}

/// One asks; the others find her answer.
net::awaitable<void> IssuedTokens::renew_in_turn(std::string channel)
{
    std::string turn_key = channel;
    const auto turn = co_await turns_.take(std::move(turn_key));
    bool ask = false;
    {
        const std::lock_guard lock(mutex_);
        const auto now = clock_.now();
        const auto& issued = issued_[channel];
        ask = serves(issued, now) != Serves::fresh && now >= issued.ask_again_at;
    }
    if (ask) co_await renew(channel);
}

net::awaitable<void> IssuedTokens::renew(std::string channel)
{
    auto request = token_request(credentials_.at(channel), clock_.now());
    std::optional<Answered> answered;
    unsigned status = 0;
    if (request) {
        auto response = co_await send_(std::move(*request));
        if (response.ok()) status = response->status;
        if (response.ok()) answered = read_answer(response.value());
    }
    const auto now = clock_.now();
    if (!answered)
        spdlog::error("LINE gave no access token for channel {} ({})", channel,
                      request ? "status " + std::to_string(status) : "its private_key cannot be read");
    const std::lock_guard lock(mutex_);
    auto& issued = issued_[channel];
    if (!answered) {
        issued.ask_again_at = now + token_retry_interval;
        co_return;
    }
    issued = {.token = std::move(answered->token),
              .renew_at = now + answered->life * renewed_after_thirds / 3,
              .expires_at = now + answered->life,
              .issued_at = now,
              .replaces_refused = issued.token.empty() && issued.replaces_refused,  // and not one that merely grew old
              .ask_again_at = {}};
}

bool IssuedTokens::refused(const std::string& channel, const std::string& token)
{
    const auto credential = credentials_.find(channel);
    if (credential == credentials_.end() || credential->second.kind == TokenKind::long_lived) return false;
    const std::lock_guard lock(mutex_);
    auto& issued = issued_[channel];
    if (issued.token != token) return true;
    const bool is_v2_1 = credential->second.kind == TokenKind::jwt;
    const auto rested_at = issued.issued_at + (is_v2_1 ? Milliseconds(v2_1_refused_rest) : Milliseconds(refused_rest));
    const bool helps_no_more = issued.replaces_refused && clock_.now() < rested_at;
    issued = {};
    issued.replaces_refused = true;
    if (helps_no_more) issued.ask_again_at = rested_at;
    return true;
}

}  // namespace tsunagi::line
