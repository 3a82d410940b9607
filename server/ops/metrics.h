#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace prometheus {
class Registry;
class Counter;
class Histogram;
template <typename T>
class Family;
}  // namespace prometheus

namespace tsunagi::ops {

/// The numbers an operator watches, at /metrics in Prometheus' text format. Labels hold words from our own tables only:
/// never a text, an id or a name of a person. Thread-safe; counting costs an atomic add after the first use of a label.
class Metrics {
public:
    Metrics();
    ~Metrics();

    void webhook_answered(std::string_view desk, unsigned status);
    void signature_refused(std::string_view desk);
    /// `kind` is LINE's name of an event; unknown ones are counted as `other`, so that strangers cannot grow the table.
    void event_received(std::string_view kind);
    void event_repeated();
    void event_from_group();
    void event_without_user();
    void send_settled(std::string_view outcome);
    void send_retried();
    void media_settled(std::string_view outcome);
    void sign_in(std::string_view outcome);
    void handler_failed(std::string_view where);
    void commit_took(double seconds);

    /// Shows `value()` as a gauge, read when somebody asks. `value` must stay callable as long as this object lives.
    /// `labels` tell gauges of one name apart.
    void gauge(std::string name, std::string help, std::function<double()> value, std::map<std::string, std::string> labels = {});

    /// Everything, as text/plain; version=0.0.4.
    std::string text() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tsunagi::ops
