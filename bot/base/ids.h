#pragma once
#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace tsunagi {

/// An identifier that only fits where it belongs: a `PersonId` given for a `ConversationId` does not compile.
/// The text is opaque here; ULIDs are made in server/ (randomness is I/O) or by `bot/base/ulid.h` from given bits.
template <class Tag>
struct Id {
    std::string text;

    Id() = default;
    explicit Id(std::string value) : text(std::move(value)) {}
    bool empty() const noexcept { return text.empty(); }
    friend auto operator<=>(const Id&, const Id&) = default;
};

using DeskId = Id<struct DeskTag>;                  ///< a desk's short name in config, for example `mirai`
using PersonId = Id<struct PersonTag>;              ///< ULID
using ConversationId = Id<struct ConversationTag>;  ///< ULID
using CounselorId = Id<struct CounselorTag>;        ///< ULID of a staff account, whatever its role
using EventId = Id<struct EventTag>;                ///< LINE's webhookEventId, or the client's Idempotency-Key
using FlowId = Id<struct FlowTag>;                  ///< a flow's name inside its desk, for example `first-contact`
using NodeId = Id<struct NodeTag>;                  ///< a node's name inside its flow
using PlaybookVersion = Id<struct PlaybookVersionTag>;  ///< hash of all flows and messages of a desk

}  // namespace tsunagi

template <class Tag>
struct std::hash<tsunagi::Id<Tag>> {
    std::size_t operator()(const tsunagi::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.text); }
};
