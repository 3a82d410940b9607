#pragma once
#include "server/config/config.h"
#include "server/desk/clock.h"
#include "server/desk/on_call_notice.h"
#include "server/http/client.h"
#include "server/mail/smtp.h"
#include "server/store/records.h"
#include "server/store/store.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace tsunagi::desk {

// Danger heard while nobody is at the desk (bot::AlarmStaff) is kept as timers, one for each target, in the commit that heard
// it, so that a crash loses none, and told from there. While its row stands, as waiting or as told, the same level of the same
// conversation is not told to that target again, unless staff took it meanwhile and left it (on_call_notice.h).

/// How long the telling is tried: after that the night's moment has passed, and staff read in her log that it was not told. What
/// she says from then on is told anew.
constexpr std::chrono::hours on_call_deadline{2};

/// What the webhook gets. No word of hers and no name.
std::string on_call_body(const config::DeskConfig& desk, const store::Timer& timer, const std::string& public_url);

/// What the address at `recipient` gets, in the desk's first language (`on_call.mail.*` of the catalogue). No word of hers and
/// no name; the subject may lie on a locked screen. `timer` is an on-call row of this desk, which has mail.
mail::Message on_call_mail(const config::DeskConfig& desk, const bot::Playbook& playbook, const store::Timer& timer,
                           std::size_t recipient, const std::string& public_url, TimePoint now);

/// Tells each desk's targets what waits to be told, and repeats with growing pauses until the webhook answers 2xx or the relay
/// takes the mail. A mail whose acceptance was not heard, or not kept before a crash, is sent again under the same Message-ID.
/// Runs on one executor; the store, the clock, the config and the pool outlive it.
class OnCallNotices {
public:
    enum class Way { webhook, mail };
    /// Makes one request of a desk's webhook.
    using Ring = std::function<net::awaitable<Result<http::Response, http::ClientFailure>>(DeskId, http::ClientRequest)>;

    /// `pool` is where the sending of mail may block. Throws std::invalid_argument when an address of a webhook or a relay is
    /// not what the schema asks for.
    OnCallNotices(net::any_io_executor executor, net::any_io_executor pool, store::Store& store, const config::Loaded& config,
                  Clock& clock, http::ClientOptions options);

    /// The same with `ring` in place of our own connections to the webhooks.
    OnCallNotices(net::any_io_executor pool, store::Store& store, const config::Loaded& config, Clock& clock, Ring ring);

    /// Never returns; spawn it once for each configured desk and way, so that what hangs delays nobody else. What cannot be read
    /// is logged and looked for again.
    net::awaitable<void> run(DeskId desk, Way way);

    /// Ends a mail under way within about a second; its row stays for the next start. From any thread.
    void stop() { *stopping_ = true; }

    /// Told, and given up, since the start: for metrics.
    std::uint64_t told() const { return told_; }
    std::uint64_t given_up() const { return given_up_; }

private:
    struct Attempt {
        TimePoint first;
        TimePoint next;
        int count = 0;
        bool over = false;  ///< told or given up, and only to be kept
        bool given_up = false;
    };
    net::awaitable<void> look(DeskId desk, Way way);
    net::awaitable<void> tell_due(DeskId desk, Way way);
    net::awaitable<void> handle(store::Timer timer, OnCallNotice notice);
    net::awaitable<bool> tell(store::Timer timer, OnCallTarget target);
    net::awaitable<bool> ring(store::Timer timer);
    net::awaitable<bool> post(store::Timer timer, std::size_t recipient);
    net::awaitable<bool> tell_staff_instead(store::Timer timer);
    net::awaitable<bool> replace(store::Timer timer, std::optional<store::Timer> by, std::vector<store::Expect> expects = {});
    const config::DeskConfig* desk(const DeskId& id) const;

    net::any_io_executor pool_;
    store::Store& store_;
    const config::Loaded& config_;
    Clock& clock_;
    Ring ring_;
    std::map<std::string, std::string> paths_;  ///< of webhooks, by desk
    std::map<std::string, mail::Relay> relays_;  ///< by desk
    std::map<std::string, Attempt> attempts_;   ///< by desk, conversation and name
    std::shared_ptr<std::atomic<bool>> stopping_ = std::make_shared<std::atomic<bool>>(false);  ///< also held by work on the pool
    std::atomic<std::uint64_t> told_{0};
    std::atomic<std::uint64_t> given_up_{0};
};

}  // namespace tsunagi::desk
