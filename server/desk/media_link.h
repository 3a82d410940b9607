#pragma once
#include "bot/base/ids.h"
#include "bot/base/time.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsunagi::desk {

/// How long LINE and her phone may fetch what a counselor sent. After that the picture stays where LINE keeps its own copy.
constexpr std::chrono::days media_link_life{7};

/// Which media a link stands for.
struct MediaPlace {
    DeskId desk;
    ConversationId conversation;
    std::uint64_t entry_seq = 0;
};

/// The last part of a public address that only we can make: place, end of life, and an HMAC over both. LINE fetches without
/// a session, so the link itself is the permission; it names nobody and dies after a week. Pure.
std::string make_media_link(std::string_view secret, const MediaPlace& place, TimePoint now);

/// The place that `link` stands for; nothing when it is not ours, was changed, or is too old at `now`. Pure.
std::optional<MediaPlace> read_media_link(std::string_view secret, std::string_view link, TimePoint now);

}  // namespace tsunagi::desk
