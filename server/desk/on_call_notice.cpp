#include "server/desk/on_call_notice.h"

namespace tsunagi::desk {
namespace {

constexpr std::string_view row = "on-call-";
constexpr std::string_view told_mark = "told-";
constexpr std::string_view mail_mark = "mail-";

bool take(std::string_view& text, std::string_view mark)
{
    if (!text.starts_with(mark)) return false;
    text.remove_prefix(mark.size());
    return true;
}

std::optional<std::uint8_t> take_digit(std::string_view& text)
{
    if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
    const auto digit = static_cast<std::uint8_t>(text[0] - '0');
    text.remove_prefix(1);
    return digit;
}

}  // namespace

std::vector<OnCallTarget> on_call_targets(const config::OnCall& on_call)
{
    std::vector<OnCallTarget> targets;
    if (!on_call.webhook_url.empty()) targets.push_back({});
    for (std::size_t i = 0; on_call.email && i < on_call.email->to.size(); ++i) targets.push_back({.recipient = i});
    return targets;
}

std::string timer_name(const OnCallNotice& notice)
{
    std::string name(row);
    if (notice.told) name += told_mark;
    if (notice.target.recipient) name.append(mail_mark).append(std::to_string(*notice.target.recipient)).append("-");
    return name + std::to_string(notice.level);
}

std::optional<OnCallNotice> on_call_notice(std::string_view timer_name)
{
    OnCallNotice notice;
    if (!take(timer_name, row)) return std::nullopt;
    notice.told = take(timer_name, told_mark);
    if (take(timer_name, mail_mark)) {
        const auto recipient = take_digit(timer_name);
        if (!recipient || !take(timer_name, "-")) return std::nullopt;
        notice.target.recipient = *recipient;
    }
    const auto level = take_digit(timer_name);
    if (!level || !timer_name.empty()) return std::nullopt;
    notice.level = *level;
    return notice;
}

bool covers(const store::Timer& row, const OnCallTarget& target, std::uint8_t level, const bot::Conversation& before)
{
    const auto notice = on_call_notice(row.name);
    if (!notice || notice->target != target || notice->level < level) return false;
    const auto told_at = row.due - on_call_quiet;
    return !notice->told || before.staff_acted_at < told_at;  // not by answered_at: danger heard again after an answer empties it
}

}  // namespace tsunagi::desk
