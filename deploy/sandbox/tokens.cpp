#include "deploy/sandbox/tokens.h"
#include "deploy/sandbox/ids.h"

namespace tsunagi::sandbox {
namespace {

constexpr std::int64_t reply_token_limit_ms = 20 * 60 * 1'000;  // facts.md 25: since the event, redelivered or not

}  // namespace

std::string ReplyTokens::issue(const std::string& channel_id, const std::string& chat_id, std::int64_t event_at_ms)
{
    std::string token = random_hex(16);
    adopt(token, channel_id, chat_id, event_at_ms);
    return token;
}

void ReplyTokens::adopt(const std::string& token, const std::string& channel_id, const std::string& chat_id,
                        std::int64_t event_at_ms)
{
    forget_old(sandbox::now_ms());
    tokens_.try_emplace(token, Token{channel_id, chat_id, event_at_ms, 0, false});
}

void ReplyTokens::carried(const std::string& token, std::int64_t now_ms)
{
    if (const auto found = tokens_.find(token); found != tokens_.end()) found->second.carried_at_ms = now_ms;
}

std::optional<std::string> ReplyTokens::chat_of(const std::string& token, const std::string& channel_id,
                                                std::int64_t now_ms) const
{
    const auto found = tokens_.find(token);
    if (found == tokens_.end()) return std::nullopt;
    const Token& known = found->second;
    if (known.spent || known.channel_id != channel_id || known.carried_at_ms == 0) return std::nullopt;
    if (now_ms - known.carried_at_ms > life_ms || now_ms - known.event_at_ms > reply_token_limit_ms) return std::nullopt;
    return known.chat_id;
}

void ReplyTokens::spend(const std::string& token)
{
    if (const auto found = tokens_.find(token); found != tokens_.end()) found->second.spent = true;
}

void ReplyTokens::forget_old(std::int64_t now_ms)
{
    // Looking at all of them for every event would cost the square of the load; once a thousand is enough.
    if (tokens_.size() % 1'000 != 999) return;
    std::erase_if(tokens_, [now_ms](const auto& row) { return now_ms - row.second.event_at_ms > reply_token_limit_ms; });
}

const AcceptedRequest* RetryKeys::find(const std::string& channel_id, const std::string& key, std::int64_t now_ms) const
{
    const auto found = accepted_.find({channel_id, key});
    if (found == accepted_.end() || now_ms - found->second.at_ms > life_ms) return nullptr;
    return &found->second;
}

void RetryKeys::remember(const std::string& channel_id, const std::string& key, AcceptedRequest accepted)
{
    if (accepted_.size() % 1'000 == 999)
        std::erase_if(accepted_, [&](const auto& row) { return accepted.at_ms - row.second.at_ms > life_ms; });
    accepted_.insert_or_assign({channel_id, key}, std::move(accepted));
}

void AccessTokens::add(const std::string& token, const std::string& channel_id, std::int64_t expires_at_ms,
                       const std::string& key_id)
{
    tokens_.insert_or_assign(token, Token{channel_id, key_id, expires_at_ms});
}

std::string AccessTokens::channel_of(const std::string& token, std::int64_t now_ms) const
{
    const auto found = tokens_.find(token);
    if (found == tokens_.end()) return {};
    if (found->second.expires_at_ms != 0 && found->second.expires_at_ms <= now_ms) return {};
    return found->second.channel_id;
}

std::int64_t AccessTokens::seconds_left(const std::string& token, std::int64_t now_ms) const
{
    const auto found = tokens_.find(token);
    if (found == tokens_.end()) return 0;
    if (found->second.expires_at_ms == 0) return 3'000'000'000;  // LINE shows a far future for long-lived tokens
    return (found->second.expires_at_ms - now_ms) / 1'000;
}

void AccessTokens::revoke_issued()
{
    std::erase_if(tokens_, [](const auto& row) { return row.second.expires_at_ms != 0; });
}

std::vector<std::string> AccessTokens::key_ids(const std::string& channel_id, std::int64_t now_ms) const
{
    std::vector<std::string> ids;
    for (const auto& [token, known] : tokens_)
        if (known.channel_id == channel_id && !known.key_id.empty() && known.expires_at_ms > now_ms)
            ids.push_back(known.key_id);
    return ids;
}

}  // namespace tsunagi::sandbox
