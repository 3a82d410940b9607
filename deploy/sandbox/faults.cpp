#include "deploy/sandbox/faults.h"
#include "deploy/sandbox/json_read.h"

#include <algorithm>
#include <utility>

namespace tsunagi::sandbox {
namespace {

constexpr std::pair<const char*, Effect> effect_names[] = {
    {"none", Effect::none},
    {"status", Effect::status},
    {"html", Effect::html},
    {"rate_limit", Effect::rate_limit},
    {"monthly_limit", Effect::monthly_limit},
    {"too_many_to_user", Effect::too_many_to_user},
    {"too_many_operations", Effect::too_many_operations},
    {"close", Effect::close},
    {"hang", Effect::hang},
    {"revoke_tokens", Effect::revoke_tokens},
};

constexpr std::pair<const char*, RedeliveryFlag> flag_names[] = {
    {"right", RedeliveryFlag::right},
    {"always_false", RedeliveryFlag::always_false},
    {"always_true", RedeliveryFlag::always_true},
    {"random", RedeliveryFlag::random},
};

constexpr std::pair<const char*, std::int64_t WebhookTuning::*> webhook_numbers[] = {
    {"copies_min", &WebhookTuning::copies_min},
    {"copies_max", &WebhookTuning::copies_max},
    {"shuffle_ms", &WebhookTuning::shuffle_ms},
    {"delay_ms", &WebhookTuning::delay_ms},
    {"batch_ms", &WebhookTuning::batch_ms},
    {"timeout_ms", &WebhookTuning::timeout_ms},
    {"lose_next", &WebhookTuning::lose_next},
    {"wrong_signature_next", &WebhookTuning::wrong_signature_next},
    {"attempts_max", &WebhookTuning::attempts_max},
    {"first_wait_ms", &WebhookTuning::first_wait_ms},
    {"wait_max_ms", &WebhookTuning::wait_max_ms},
};

constexpr std::pair<const char*, bool WebhookTuning::*> webhook_flags[] = {
    {"escape_unicode", &WebhookTuning::escape_unicode},
    {"redelivery", &WebhookTuning::redelivery},
};

template <class Value, std::size_t Size>
const char* name_of(const std::pair<const char*, Value> (&names)[Size], Value value)
{
    for (const auto& [name, known] : names)
        if (known == value) return name;
    return "";
}

template <class Value, std::size_t Size>
std::optional<Value> value_of(const std::pair<const char*, Value> (&names)[Size], const std::string& text)
{
    for (const auto& [name, known] : names)
        if (text == name) return known;
    return std::nullopt;
}

Result<Fault, std::string> fault_from(const json& rule)
{
    if (!rule.is_object()) return std::string("requests: each rule is an object");
    const auto effect = value_of(effect_names, text_of(rule, "effect", rule.contains("status") ? "status" : "none"));
    if (!effect) return std::string("requests.effect is none of the known ones");
    const std::string moment = text_of(rule, "moment", "before");
    if (moment != "before" && moment != "after") return std::string("requests.moment is before or after");
    Fault fault;
    fault.method = text_of(rule, "method");
    fault.path = text_of(rule, "path", "/");
    fault.effect = *effect;
    fault.after = moment == "after";
    fault.status = static_cast<unsigned>(number_of(rule, "status", 500));
    if (fault.status < 200 || fault.status > 599) return std::string("requests.status is between 200 and 599");
    if (rule.contains("body")) fault.body = rule["body"];
    fault.delay_ms = number_of(rule, "delay_ms");
    fault.skip = number_of(rule, "skip");
    fault.count = number_of(rule, "count", 1);
    return fault;
}

Result<WebhookTuning, std::string> tuned(WebhookTuning tuning, const json& change)
{
    if (!change.is_object()) return std::string("webhooks is an object");
    for (const auto& [name, value] : change.items()) {
        if (const auto number = value_of(webhook_numbers, name)) {
            if (!value.is_number_integer() || value.get<std::int64_t>() < 0) return "webhooks." + name + " is a number from 0";
            tuning.*(*number) = value.get<std::int64_t>();
        } else if (const auto flag = value_of(webhook_flags, name)) {
            if (!value.is_boolean()) return "webhooks." + name + " is true or false";
            tuning.*(*flag) = value.get<bool>();
        } else if (name == "flag") {
            const auto known = value.is_string() ? value_of(flag_names, value.get<std::string>()) : std::nullopt;
            if (!known) return std::string("webhooks.flag is right, always_false, always_true or random");
            tuning.flag = *known;
        } else {
            return std::string("webhooks has no such field");
        }
    }
    if (tuning.copies_min < 1 || tuning.copies_max < tuning.copies_min)
        return std::string("webhooks.copies_min is at least 1 and at most copies_max");
    return tuning;
}

bool meets(const Fault& fault, const std::string& method, const std::string& path)
{
    return (fault.method.empty() || fault.method == method) && path.rfind(fault.path, 0) == 0;
}

}  // namespace

std::string method_name(http::Method method)
{
    switch (method) {
    case http::Method::get: return "GET";
    case http::Method::head: return "HEAD";
    case http::Method::post: return "POST";
    case http::Method::put: return "PUT";
    case http::Method::patch: return "PATCH";
    case http::Method::delete_: return "DELETE";
    case http::Method::options: return "OPTIONS";
    case http::Method::other: break;
    }
    return "OTHER";
}

std::optional<Fault> Faults::take(http::Method method, const std::string& path)
{
    const std::string name = method_name(method);
    for (auto rule = requests_.begin(); rule != requests_.end(); ++rule) {
        if (!meets(*rule, name, path)) continue;
        if (rule->skip > 0) {
            --rule->skip;
            continue;
        }
        const Fault met = *rule;
        if (rule->count == 1) requests_.erase(rule);
        else if (rule->count > 1) --rule->count;
        return met;
    }
    return std::nullopt;
}

Result<Done, std::string> Faults::apply(const json& change)
{
    if (!change.is_object()) return std::string("an object is needed");
    Faults next = *this;
    for (const auto& [name, value] : change.items()) {
        if (name == "requests" && value.is_array()) {
            for (const json& rule : value) {
                auto fault = fault_from(rule);
                if (!fault) return fault.error();
                next.requests_.push_back(std::move(*fault));
            }
        } else if (name == "webhooks") {
            auto tuning = tuned(next.webhooks, value);
            if (!tuning) return tuning.error();
            next.webhooks = *tuning;
        } else if (name == "latency_ms" && value.is_array() && value.size() == 2 && value[0].is_number_integer() &&
                   value[1].is_number_integer()) {
            next.latency_min_ms = value[0].get<std::int64_t>();
            next.latency_max_ms = value[1].get<std::int64_t>();
        } else {
            return std::string("known are requests (an array), webhooks (an object) and latency_ms ([from, to])");
        }
    }
    *this = std::move(next);
    return Done{};
}

json Faults::to_json() const
{
    json requests = json::array();
    for (const Fault& fault : requests_) {
        json row = json::object();
        if (!fault.method.empty()) row["method"] = fault.method;
        row["path"] = fault.path;
        row["effect"] = name_of(effect_names, fault.effect);
        row["moment"] = fault.after ? "after" : "before";
        if (fault.effect == Effect::status) row["status"] = fault.status;
        row["delay_ms"] = fault.delay_ms;
        row["skip"] = fault.skip;
        row["count"] = fault.count;
        requests.push_back(std::move(row));
    }
    json tuning = json::object();
    for (const auto& [name, number] : webhook_numbers) tuning[name] = webhooks.*number;
    for (const auto& [name, flag] : webhook_flags) tuning[name] = webhooks.*flag;
    tuning["flag"] = name_of(flag_names, webhooks.flag);
    json out = json::object();
    out["requests"] = std::move(requests);
    out["webhooks"] = std::move(tuning);
    out["latency_ms"] = json::array({latency_min_ms, latency_max_ms});
    return out;
}

}  // namespace tsunagi::sandbox
