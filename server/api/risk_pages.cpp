#include "server/api/risk_pages.h"

#include "bot/base/number.h"
#include "bot/base/text.h"
#include "bot/risk/detector.h"
#include "handoff/queue/commands.h"
#include "server/api/body.h"
#include "server/api/entry_json.h"
#include "server/api/permissions.h"
#include "server/store/keys.h"


namespace tsunagi::api {
namespace {

constexpr std::chrono::days looked_back{90};
constexpr std::size_t dismissed_max = 200;
constexpr std::size_t audit_rows_a_read = 500;
constexpr const char* dismissed_action = "risk.dismissed";

std::optional<std::uint64_t> number_of(const std::map<std::string, std::string>& values, const char* name)
{
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return tsunagi::number_of<std::uint64_t>(found->second);
}

}  // namespace

net::awaitable<http::Response> RiskPages::try_text(Call call)
{
    if (!permissions_of(call.caller.account.role).may_try_rules) co_return refuse(call.words, 403, "forbidden");
    const auto body = body_of(call.request.body);
    const auto text = body ? text_of(*body, "text") : std::nullopt;
    if (!text) co_return refuse(call.words, 400, "invalid_request");
    if (utf16_length(*text) > handoff::text_units_max) co_return refuse(call.words, 422, "text_too_long");
    const auto& rules = call.words.playbook().risk;
    if (!rules) co_return refuse(call.words, 503, "unavailable");
    const auto finding = bot::detect(*rules, *text);
    bot::RiskMark mark;
    mark.level = static_cast<std::uint8_t>(finding.level);
    for (const auto category : finding.categories) mark.categories.emplace_back(name_of(category));
    for (const auto& span : finding.spans) mark.spans.push_back({span.from, span.to, span.rule});
    co_return answer(200, mark_json(mark, call.words));
}

net::awaitable<http::Response> RiskPages::dismissed(Call call)
{
    if (!permissions_of(call.caller.account.role).may_try_rules) co_return refuse(call.words, 403, "forbidden");
    const auto now = desks_.clock().now();
    auto range = store::audit_between(call.desk(), now - looked_back, now + std::chrono::seconds(1));
    range.backwards = true;
    range.limit = audit_rows_a_read;
    json items = json::array();
    for (;;) {
        const auto rows = co_await desks_.store().scan(range);
        for (const auto& row : rows) {
            const auto act = store::decode<store::AuditEntry>(row.value.bytes);
            if (!act.ok() || act.value().action != dismissed_action || items.size() >= dismissed_max) continue;
            const auto seq = number_of(act.value().values, "seq");
            if (!seq) continue;
            DeskId desk = call.desk();
            ConversationId conversation{act.value().subject};
            const auto entry = co_await desks_.entry(std::move(desk), std::move(conversation), *seq);
            if (!entry || !entry->risk) continue;  // deleted since
            json item;
            item["conversation"] = act.value().subject;
            item["seq"] = *seq;
            item["at"] = time_text(act.value().at);
            item["text"] = entry->text;
            item["risk"] = mark_json(*entry->risk, call.words);
            items.push_back(std::move(item));
        }
        if (rows.size() < audit_rows_a_read || items.size() >= dismissed_max) break;
        range = store::resume_after(range, rows.back().key);
    }
    json value;
    value["items"] = std::move(items);
    co_return answer(200, value);
}

}  // namespace tsunagi::api
