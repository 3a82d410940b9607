#pragma once
#include "server/config/config.h"
#include "server/desk/clock.h"
#include "server/desk/turns.h"
#include "server/http/client.h"
#include "server/line/assertion.h"
#include "server/line/tokens.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace tsunagi::line {

using TokenKind = config::LineTokenKind;

/// What a channel asks for its token with.
struct TokenCredential {
    TokenKind kind = TokenKind::long_lived;
    std::string access_token;    ///< long_lived
    std::string channel_secret;  ///< stateless without a key
    AssertionKey key;            ///< `channel_id` of both others
};

/// After a failure LINE is not asked for a token again before this has passed.
constexpr std::chrono::seconds token_retry_interval{5};
/// When LINE refuses even the token it gave in place of a refused one, others help no more: so long none is asked for. Of v2.1 it
/// gives 30 that live a day (assertion.h), and then none until the first of them has died.
constexpr std::chrono::minutes refused_rest{1};
constexpr std::chrono::hours v2_1_refused_rest{2};
/// A token is renewed when a third of its life is left; until the new one is here the old one serves, and nobody waits.
constexpr int renewed_after_thirds = 2;

/// Tokens that are asked for, kept, renewed early and asked for by one caller at a time. Thread-safe.
class IssuedTokens final : public Tokens {
public:
    /// One exchange with LINE's token endpoints (http::Client::send).
    using Send = std::function<net::awaitable<Result<http::Response, http::ClientFailure>>(http::ClientRequest)>;

    /// `credentials` by channel_key.
    IssuedTokens(std::unordered_map<std::string, TokenCredential> credentials, Send send, desk::Clock& clock)
        : credentials_(std::move(credentials)), send_(std::move(send)), clock_(clock) {}

    net::awaitable<std::string> token(std::string channel) override;
    bool refused(const std::string& channel, const std::string& token) override;

    /// Renewals under way: not to be destroyed before this is 0.
    std::size_t busy() const { return turns_.held() + renewing_; }

private:
    struct Issued {
        std::string token;
        TimePoint renew_at;
        TimePoint expires_at;
        TimePoint issued_at;
        bool replaces_refused = false;
        TimePoint ask_again_at;  ///< after a failure
        bool renewal_under_way = false;  ///< while the old one serves
    };
    enum class Serves { fresh, until_renewed, not_at_all };
    Serves serves(const Issued& issued, TimePoint now) const;
    net::awaitable<void> renew_in_turn(std::string channel);
    net::awaitable<void> renew(std::string channel);
    void renew_aside(const net::any_io_executor& executor, const std::string& channel);

    const std::unordered_map<std::string, TokenCredential> credentials_;
    const Send send_;
    desk::Clock& clock_;
    desk::Turns turns_;
    std::mutex mutex_;
    std::unordered_map<std::string, Issued> issued_;
    std::atomic<std::size_t> renewing_{0};  // aside
};

/// The request by which `credential` asks for a token at `now`; nothing when its key cannot be read. Pure; public for tests.
std::optional<http::ClientRequest> token_request(const TokenCredential& credential, TimePoint now);

}  // namespace tsunagi::line
