#pragma once
#include "server/desk/desk_service.h"
#include "server/webchat/visits.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tsunagi::webchat {

/// How much of the past a page is given; what is older stays on record and is not shown.
constexpr std::size_t history_entries_max = 300;

/// What a page shows of its conversation: {"seq", "holder", "entries": [...]}; `after` is the page's last seq, 0 at first.
/// Only what she said and what was said to her: never a note, an event, a risk mark, or anything staff say among
/// themselves. `seq` is what to ask with next. An entry:
///
///     {"seq", "at": unix ms, "from": "me"|"bot"|"staff", "name"?, "text", "kind"?: "sticker"|"media"|...,
///      "choices"?: [{"label","data"}], "cards"?: [{"title","text","rows":[{"label","text"}],"buttons":[{"label","uri"|"data"}]}],
///      "media"?: {"url", "kind": "image"|"file", "name", "size": bytes}}
///
/// After her safe word, until staff end that: "harmless": true, no holder, and of the entries only those since.
///
/// The url of media opens with this visit's token alone (WebChat); then "text" is its name.
nlohmann::json talk_json(const bot::Conversation& conversation, const std::vector<bot::Entry>& entries, std::uint64_t after);

/// Whether `entry` shows the page a picture or a file: one that was sent to her. What she sent by LINE herself is named and not
/// shown.
bool shows_media(const bot::Entry& entry);

/// The entries with a seq above `after`, in the order of their seq: the newest history_entries_max of them.
net::awaitable<std::vector<bot::Entry>> entries_after(store::Store& store, DeskId desk, ConversationId conversation,
                                                      std::uint64_t after);

}  // namespace tsunagi::webchat
