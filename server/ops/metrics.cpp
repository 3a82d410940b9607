#include "server/ops/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

namespace tsunagi::ops {
namespace {

// Every event type LINE names (facts.md 27); anything else is `other`.
constexpr std::array known_kinds{
    std::string_view("message"),      std::string_view("unsend"),      std::string_view("follow"),
    std::string_view("unfollow"),     std::string_view("join"),        std::string_view("leave"),
    std::string_view("memberJoined"), std::string_view("memberLeft"),  std::string_view("postback"),
    std::string_view("beacon"),       std::string_view("accountLink"), std::string_view("membership"),
    std::string_view("module"),       std::string_view("activated"),   std::string_view("deactivated"),
    std::string_view("botSuspended"), std::string_view("botResumed"),  std::string_view("delivery"),
    std::string_view("things"),       std::string_view("messageEdited"), std::string_view("videoPlayComplete")};

constexpr std::string_view other_kind = "other";

using CounterFamily = prometheus::Family<prometheus::Counter>;

CounterFamily& counters(prometheus::Registry& registry, const char* name, const char* help)
{
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

/// The counters of a family by the words of their labels, found without building a label set again.
template <class Words>
class Known {
public:
    prometheus::Counter& of(const Words& words, auto&& add)
    {
        {
            const std::shared_lock lock(mutex_);
            const auto found = counters_.find(words);
            if (found != counters_.end()) return *found->second;
        }
        const std::lock_guard lock(mutex_);
        return *counters_.try_emplace(words, &add()).first->second;
    }

private:
    std::shared_mutex mutex_;
    std::map<Words, prometheus::Counter*> counters_;
};

}  // namespace

struct Metrics::State {
    prometheus::Registry registry;
    CounterFamily& webhooks = counters(registry, "tsunagi_webhook_requests_total", "webhook requests by answer");
    CounterFamily& signatures = counters(registry, "tsunagi_webhook_signature_refused_total", "missing or wrong signatures");
    CounterFamily& events = counters(registry, "tsunagi_events_total", "events by LINE's type");
    CounterFamily& set_aside = counters(registry, "tsunagi_events_set_aside_total", "events not kept, by reason");
    CounterFamily& sends = counters(registry, "tsunagi_sends_total", "send requests by outcome");
    CounterFamily& retries = counters(registry, "tsunagi_send_retries_total", "send attempts after the first");
    CounterFamily& media = counters(registry, "tsunagi_media_total", "media of people by what became of them");
    CounterFamily& sign_ins = counters(registry, "tsunagi_sign_ins_total", "console sign-ins by outcome");
    CounterFamily& failures = counters(registry, "tsunagi_handler_failures_total", "exceptions that ended a request");
    prometheus::Histogram& commits =
        prometheus::BuildHistogram()
            .Name("tsunagi_commit_seconds")
            .Help("from a decision to its sync on disk")
            .Register(registry)
            .Add({}, prometheus::Histogram::BucketBoundaries{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2});
    struct Watched {
        prometheus::Gauge& gauge;
        std::function<double()> value;
    };
    mutable std::mutex mutex;
    std::vector<Watched> watched;
    Known<std::pair<std::string, unsigned>> webhook_answers;
    Known<std::string_view> event_kinds;  // views into known_kinds, and other_kind
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::webhook_answered(std::string_view desk, unsigned status)
{
    const auto add = [&]() -> auto& {
        return state_->webhooks.Add({{"desk", std::string(desk)}, {"status", std::to_string(status)}});
    };
    state_->webhook_answers.of({std::string(desk), status}, add).Increment();
}
void Metrics::signature_refused(std::string_view desk) { state_->signatures.Add({{"desk", std::string(desk)}}).Increment(); }
void Metrics::event_received(std::string_view kind)
{
    const auto known = std::find(known_kinds.begin(), known_kinds.end(), kind);
    const auto word = known != known_kinds.end() ? *known : other_kind;
    const auto add = [&]() -> auto& { return state_->events.Add({{"type", std::string(word)}}); };
    state_->event_kinds.of(word, add).Increment();
}
void Metrics::event_repeated() { state_->set_aside.Add({{"reason", "repeated"}}).Increment(); }
void Metrics::event_from_group() { state_->set_aside.Add({{"reason", "group"}}).Increment(); }
void Metrics::event_without_user() { state_->set_aside.Add({{"reason", "no_user"}}).Increment(); }
void Metrics::send_settled(std::string_view outcome) { state_->sends.Add({{"outcome", std::string(outcome)}}).Increment(); }
void Metrics::send_retried() { state_->retries.Add({}).Increment(); }
void Metrics::media_settled(std::string_view outcome) { state_->media.Add({{"outcome", std::string(outcome)}}).Increment(); }
void Metrics::sign_in(std::string_view outcome) { state_->sign_ins.Add({{"outcome", std::string(outcome)}}).Increment(); }
void Metrics::handler_failed(std::string_view where) { state_->failures.Add({{"where", std::string(where)}}).Increment(); }
void Metrics::commit_took(double seconds) { state_->commits.Observe(seconds); }

void Metrics::gauge(std::string name, std::string help, std::function<double()> value, std::map<std::string, std::string> labels)
{
    auto& gauge = prometheus::BuildGauge().Name(std::move(name)).Help(std::move(help)).Register(state_->registry).Add(labels);
    const std::lock_guard lock(state_->mutex);
    state_->watched.push_back({gauge, std::move(value)});
}

std::string Metrics::text() const
{
    {
        const std::lock_guard lock(state_->mutex);
        for (const auto& watched : state_->watched) watched.gauge.Set(watched.value());
    }
    const prometheus::TextSerializer serializer;
    return serializer.Serialize(state_->registry.Collect());
}

}  // namespace tsunagi::ops
