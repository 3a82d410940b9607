#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tsunagi::sandbox {

/// Reply tokens by LINE's rules (facts.md 25, 57): good once, for `life_ms` after the webhook that carried it went out; a
/// redelivery opens a new minute, but never later than 20 minutes after the event.
class ReplyTokens {
public:
    std::int64_t life_ms = 60'000;

    /// A fresh token for `chat_id` of the channel. Not usable before `carried`.
    std::string issue(const std::string& channel_id, const std::string& chat_id, std::int64_t event_at_ms);
    /// Takes over a token somebody wrote into a raw event.
    void adopt(const std::string& token, const std::string& channel_id, const std::string& chat_id,
               std::int64_t event_at_ms);
    /// A webhook with the token goes out now.
    void carried(const std::string& token, std::int64_t now_ms);

    /// The chat it answers, or nothing when LINE would say `Invalid reply token`.
    std::optional<std::string> chat_of(const std::string& token, const std::string& channel_id,
                                       std::int64_t now_ms) const;
    void spend(const std::string& token);

private:
    struct Token {
        std::string channel_id, chat_id;
        std::int64_t event_at_ms = 0, carried_at_ms = 0;
        bool spent = false;
    };
    void forget_old(std::int64_t now_ms);
    std::map<std::string, Token> tokens_;
};

/// What was accepted under an X-Line-Retry-Key, kept for 24 hours (facts.md 80-82).
struct AcceptedRequest {
    std::int64_t at_ms = 0;
    std::string request_id;
    std::string body;  ///< to notice a key that is reused for something else
    nlohmann::json sent_messages;
};

class RetryKeys {
public:
    std::int64_t life_ms = 24 * 60 * 60 * 1'000;

    const AcceptedRequest* find(const std::string& channel_id, const std::string& key, std::int64_t now_ms) const;
    void remember(const std::string& channel_id, const std::string& key, AcceptedRequest accepted);
    const std::map<std::pair<std::string, std::string>, AcceptedRequest>& all() const { return accepted_; }

private:
    std::map<std::pair<std::string, std::string>, AcceptedRequest> accepted_;
};

/// Channel access tokens: the long-lived ones given at the start and those issued by the OAuth endpoints.
class AccessTokens {
public:
    /// `expires_at_ms` 0: never.
    void add(const std::string& token, const std::string& channel_id, std::int64_t expires_at_ms,
             const std::string& key_id = {});
    /// Empty when the token is unknown or over.
    std::string channel_of(const std::string& token, std::int64_t now_ms) const;
    std::int64_t seconds_left(const std::string& token, std::int64_t now_ms) const;
    void revoke(const std::string& token) { tokens_.erase(token); }
    /// Revokes everything that was issued, for a test of 401; the long-lived ones stay.
    void revoke_issued();
    std::vector<std::string> key_ids(const std::string& channel_id, std::int64_t now_ms) const;

private:
    struct Token {
        std::string channel_id, key_id;
        std::int64_t expires_at_ms = 0;
    };
    std::map<std::string, Token> tokens_;
};

}  // namespace tsunagi::sandbox
