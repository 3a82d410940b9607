#include "server/api/audit_page.h"

#include "bot/base/hex.h"
#include "bot/base/number.h"
#include "server/api/permissions.h"
#include "server/store/keys.h"
#include "server/store/records.h"

#include <stdexcept>
#include <utility>

namespace tsunagi::api {
namespace {

using store::Space;

std::string query(const Call& call, const std::string& name)
{
    const auto found = call.request.query.find(name);
    return found == call.request.query.end() ? std::string() : found->second;
}

/// The name of a member of staff, also of one who has left; empty when there never was one.
net::awaitable<std::string> name_of(desk::DeskService& desks, DeskId desk, CounselorId who)
{
    std::string key = store::staff_key(desk, who);
    const auto row = co_await desks.store().get(Space::staff, std::move(key));
    if (!row) co_return std::string();
    const auto account = store::decode<store::StaffAccount>(row->bytes);
    co_return account.ok() ? account.value().name : std::string();
}

json act_json(const store::AuditEntry& act, const std::string& name)
{
    json item;
    item["at"] = time_text(act.at);
    item["who"] = json();
    if (!act.who.text.empty()) {
        item["who"] = json::object();
        item["who"]["id"] = act.who.text;
        item["who"]["name"] = name;
    }
    item["action"] = act.action;
    item["subject"] = act.subject;
    item["values"] = act.values;
    return item;
}

}  // namespace

net::awaitable<http::Response> audit_page(desk::DeskService& desks, Call call)
{
    if (!permissions_of(call.caller.account.role).may_audit) co_return refuse(call.words, 403, "forbidden");
    const std::string limit_text = query(call, "limit");
    const auto limit = limit_text.empty() ? std::optional(audit_rows_default) : number_of<std::size_t>(limit_text);
    if (!limit || *limit < 1 || *limit > audit_rows_max) co_return refuse(call.words, 400, "invalid_request");
    auto range = store::audit_between(call.desk(), TimePoint{}, desks.clock().now() + std::chrono::seconds(1));
    range.backwards = true;
    const std::string cursor = query(call, "cursor");
    if (!cursor.empty()) {
        const auto key = from_hex(cursor);
        if (!key || *key < range.from || *key >= range.to) co_return refuse(call.words, 400, "cursor_wrong");
        range = store::resume_after(range, *key);
    }
    range.limit = *limit;
    const auto rows = co_await desks.store().scan(range);

    std::map<std::string, std::string> names;
    json value;
    value["items"] = json::array();
    for (const auto& row : rows) {
        const auto act = store::decode<store::AuditEntry>(row.value.bytes);
        if (!act.ok()) throw std::runtime_error("audit entry: " + std::string(to_text(act.error())));
        const auto& who = act.value().who;
        if (!who.text.empty() && !names.contains(who.text)) {
            DeskId desk = call.desk();
            CounselorId counselor = who;
            std::string name = co_await name_of(desks, std::move(desk), std::move(counselor));
            names[who.text] = std::move(name);
        }
        value["items"].push_back(act_json(act.value(), names[who.text]));
    }
    value["next"] = rows.size() == *limit ? json(to_hex(rows.back().key)) : json();
    co_return answer(200, value);
}

}  // namespace tsunagi::api
