#pragma once
#include "bot/conversation/conversation.h"
#include "server/config/config.h"
#include "server/store/records.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::desk {

/// One of those whom a desk tells of danger: its webhook, or one address of its on-call mail, by its place in `to`.
/// Each is told, tried again and settled by itself.
struct OnCallTarget {
    std::optional<std::size_t> recipient;  ///< nothing: the webhook
    bool operator==(const OnCallTarget&) const = default;
};

/// The webhook first, then the addresses in their order. At most ten of those: the schema says so, and a name has one digit.
std::vector<OnCallTarget> on_call_targets(const config::OnCall& on_call);

/// What a conversation's on-call row stands for. Its timer's name is all it is: `on-call-4`, `on-call-told-4` for the webhook,
/// `on-call-mail-0-4`, `on-call-told-mail-0-4` for the first address.
struct OnCallNotice {
    OnCallTarget target;
    std::uint8_t level = 0;
    bool told = false;  ///< the row only stands to keep the same danger from being told again
};
std::string timer_name(const OnCallNotice& notice);
/// Nothing for any other timer's name.
std::optional<OnCallNotice> on_call_notice(std::string_view timer_name);

/// How long one telling counts for further messages of the same danger.
constexpr std::chrono::minutes on_call_quiet{30};

/// Whether `row`, one of `before`'s on-call rows, makes it needless to tell `target` of `level` now. What was told counts only
/// until staff took her, answered her or let her go: danger heard, or found left alone, after that is news again.
bool covers(const store::Timer& row, const OnCallTarget& target, std::uint8_t level, const bot::Conversation& before);

}  // namespace tsunagi::desk
