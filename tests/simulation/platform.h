#pragma once
#include "server/line/api.h"
#include "tests/simulation/checker.h"

#include <functional>
#include <set>

namespace tsunagi::simulation {

/// LINE's side of sending: what it accepts, remembers and refuses. Lives on when our process dies.
class Platform {
public:
    Platform(Agenda& agenda, Checker& checker) : agenda_(agenda), checker_(checker) {}

    enum class Answer { accepted, already_accepted, token_refused };

    /// A reply token is good for one reply within a minute of its (last) delivery.
    void hands_out(const std::string& token) { tokens_[token].given_at = agenda_.now(); }
    Answer reply(const std::string& token, const std::string& effect, bool late);
    /// A retry key is remembered for 24 hours.
    Answer push(const std::string& retry_key, const std::string& effect, bool late);

    TimePoint gone_until;           ///< outage
    bool accepts_while_gone = false; ///< ... of the kind that takes everything and never answers
    TimePoint too_fast_until;
    TimePoint quota_until;
    TimePoint unauthorized_until;

private:
    struct Token {
        TimePoint given_at;
        bool used = false;
    };
    Agenda& agenda_;
    Checker& checker_;
    std::unordered_map<std::string, Token> tokens_;
    std::unordered_map<std::string, TimePoint> keys_;
};

/// The way from one process to the platform, with everything that happens on it.
class SimulatedApi final : public line::Api {
public:
    SimulatedApi(Agenda& agenda, std::shared_ptr<Life> life, Platform& platform, testing::SeededRandom& fate, const Plan& plan,
                 Checker& checker)
        : agenda_(agenda), life_(std::move(life)), platform_(platform), fate_(fate), plan_(plan), checker_(checker) {}

    net::awaitable<line::SendResult> reply(std::string channel, std::string token,
                                           std::vector<bot::OutboundMessage> messages) override;
    net::awaitable<line::SendResult> push(std::string channel, std::string user, std::vector<bot::OutboundMessage> messages,
                                          std::string retry_key) override;
    net::awaitable<line::Reach> reach(std::string channel, std::string user) override;

private:
    using Arrive = std::function<Platform::Answer(bool late)>;
    net::awaitable<line::SendResult> send(Arrive arrive, bool is_reply);
    bool strikes(Fault fault, std::uint32_t one_in);
    net::awaitable<void> wait(std::int64_t ms);

    Agenda& agenda_;
    std::shared_ptr<Life> life_;
    Platform& platform_;
    testing::SeededRandom& fate_;
    const Plan& plan_;
    Checker& checker_;
};

/// Says of each request, in its first message, which effect it stands for, so that the platform can count effects
/// whatever a mutant does to keys and tokens on the way.
class Labeller final : public line::Api {
public:
    Labeller(line::Api& next, const Checker& checker) : next_(next), checker_(checker) {}
    net::awaitable<line::SendResult> reply(std::string channel, std::string token,
                                           std::vector<bot::OutboundMessage> messages) override;
    net::awaitable<line::SendResult> push(std::string channel, std::string user, std::vector<bot::OutboundMessage> messages,
                                          std::string retry_key) override;
    net::awaitable<line::Reach> reach(std::string channel, std::string user) override;

private:
    line::Api& next_;
    const Checker& checker_;
};

/// The label that a Labeller put there; takes it off.
std::string take_label(std::vector<bot::OutboundMessage>& messages);

}  // namespace tsunagi::simulation
