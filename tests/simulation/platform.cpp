#include "tests/simulation/platform.h"

#include "server/line/render.h"

namespace tsunagi::simulation {
namespace {

constexpr std::chrono::seconds token_life{60};
constexpr std::chrono::hours retry_key_life{24};
/// Our own deadline for a request (http::Client).
constexpr std::int64_t answer_deadline_ms = 10'000;
constexpr char label_mark = '\x02';

}  // namespace

Platform::Answer Platform::reply(const std::string& token, const std::string& effect, bool late)
{
    const auto found = tokens_.find(token);
    if (found == tokens_.end() || found->second.used || agenda_.now() - found->second.given_at > token_life)
        return Answer::token_refused;
    found->second.used = true;
    checker_.accepted(effect, late);
    return Answer::accepted;
}

Platform::Answer Platform::push(const std::string& retry_key, const std::string& effect, bool late)
{
    const auto found = keys_.find(retry_key);
    if (found != keys_.end() && agenda_.now() - found->second < retry_key_life) return Answer::already_accepted;
    keys_[retry_key] = agenda_.now();
    checker_.accepted(effect, late);
    return Answer::accepted;
}

bool SimulatedApi::strikes(Fault fault, std::uint32_t one_in)
{
    if ((plan_.faults & bit(fault)) == 0 || fate_.below(one_in) != 0) return false;
    checker_.fault(fault);
    return true;
}

net::awaitable<void> SimulatedApi::wait(std::int64_t ms)
{
    const TimePoint due = agenda_.now() + Milliseconds{ms};
    return rest_until(agenda_, life_, due);
}

net::awaitable<line::SendResult> SimulatedApi::reply(std::string, std::string token, std::vector<bot::OutboundMessage> messages)
{
    if (life_->dead) co_await wait(0);
    const std::string effect = take_label(messages);
    Arrive arrive = [platform = &platform_, token, effect](bool late) { return platform->reply(token, effect, late); };
    co_return co_await send(std::move(arrive), true);
}

net::awaitable<line::SendResult> SimulatedApi::push(std::string, std::string user, std::vector<bot::OutboundMessage> messages,
                                                    std::string retry_key)
{
    if (life_->dead) co_await wait(0);
    const std::string effect = take_label(messages);
    checker_.pushed(retry_key, line::push_body(user, messages));
    Arrive arrive = [platform = &platform_, retry_key, effect](bool late) { return platform->push(retry_key, effect, late); };
    co_return co_await send(std::move(arrive), false);
}

/// Who blocked us is found to have us back, or not, or LINE does not say.
net::awaitable<line::Reach> SimulatedApi::reach(std::string, std::string)
{
    co_await wait(static_cast<std::int64_t>(10 + fate_.below(60)));
    const auto dice = fate_.below(4);
    co_return agenda_.now() < platform_.gone_until || dice == 0 ? line::Reach::not_told : dice == 1 ? line::Reach::yes : line::Reach::no;
}

/// A request that leaves arrives, whatever becomes of us meanwhile: arrivals are the world's, answers are ours.
net::awaitable<line::SendResult> SimulatedApi::send(Arrive arrive, bool is_reply)
{
    using line::SendOutcome;
    const TimePoint now = agenda_.now();
    const auto there = static_cast<std::int64_t>(5 + fate_.below(60));
    const auto back = static_cast<std::int64_t>(5 + fate_.below(40));
    if (now < platform_.gone_until) {
        checker_.fault(Fault::outage);
        if (platform_.accepts_while_gone) {
            agenda_.in(Milliseconds{there}, [arrive] { arrive(false); });
            co_await wait(answer_deadline_ms);
            co_return line::SendResult{SendOutcome::ambiguous, {}, 0};
        }
        co_await wait(there);
        co_return line::SendResult{SendOutcome::not_sent, {}, 0};
    }
    struct Episode { TimePoint until; Fault fault; SendOutcome outcome; unsigned status; };
    const Episode episodes[] = {{platform_.unauthorized_until, Fault::send_unauthorized, SendOutcome::unauthorized, 401},
                                {platform_.too_fast_until, Fault::send_too_fast, SendOutcome::rate_limited, 429},
                                {is_reply ? TimePoint{} : platform_.quota_until, Fault::send_quota, SendOutcome::quota_used_up, 429}};
    for (const auto& episode : episodes) {
        if (now >= episode.until) continue;
        checker_.fault(episode.fault);
        co_await wait(there + back);
        co_return line::SendResult{episode.outcome, {}, episode.status};
    }
    if (strikes(Fault::send_unreachable, 16)) {
        co_await wait(there);
        co_return line::SendResult{SendOutcome::not_sent, {}, 0};
    }
    if (strikes(Fault::send_refused_5xx, 16)) {
        co_await wait(there + back);
        co_return line::SendResult{SendOutcome::ambiguous, {}, 500};
    }
    if (strikes(Fault::send_late, 24)) {
        const auto late = static_cast<std::int64_t>(answer_deadline_ms + 1 + static_cast<std::int64_t>(fate_.below(40'000)));
        agenda_.in(Milliseconds{late}, [arrive] { arrive(true); });
        co_await wait(answer_deadline_ms);
        co_return line::SendResult{SendOutcome::ambiguous, {}, 0};
    }
    auto answer = std::make_shared<Platform::Answer>(Platform::Answer::accepted);
    agenda_.in(Milliseconds{there}, [arrive, answer] { *answer = arrive(false); });
    if (strikes(Fault::send_answer_lost, 12)) {
        co_await wait(answer_deadline_ms);
        co_return line::SendResult{SendOutcome::ambiguous, {}, 0};
    }
    co_await wait(there + back);
    if (strikes(Fault::send_accepted_5xx, 16)) co_return line::SendResult{SendOutcome::ambiguous, {}, 500};
    if (*answer == Platform::Answer::token_refused) co_return line::SendResult{SendOutcome::reply_token_refused, {}, 400};
    const unsigned status = *answer == Platform::Answer::accepted ? 200 : 409;
    co_return line::SendResult{SendOutcome::accepted, {}, status};
}

net::awaitable<line::SendResult> Labeller::reply(std::string channel, std::string token, std::vector<bot::OutboundMessage> messages)
{
    messages.front().text += label_mark + checker_.effect_of_token(token);
    return next_.reply(std::move(channel), std::move(token), std::move(messages));
}

net::awaitable<line::SendResult> Labeller::push(std::string channel, std::string user, std::vector<bot::OutboundMessage> messages,
                                                std::string retry_key)
{
    messages.front().text += label_mark + checker_.effect_of_retry_key(retry_key);
    return next_.push(std::move(channel), std::move(user), std::move(messages), std::move(retry_key));
}

net::awaitable<line::Reach> Labeller::reach(std::string channel, std::string user)
{
    return next_.reach(std::move(channel), std::move(user));
}

std::string take_label(std::vector<bot::OutboundMessage>& messages)
{
    auto& text = messages.front().text;
    const auto mark = text.rfind(label_mark);
    auto label = text.substr(mark + 1);
    text.resize(mark);
    return label;
}

}  // namespace tsunagi::simulation
