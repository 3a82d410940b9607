#pragma once
#include "bot/conversation/decision.h"
#include "bot/conversation/message.h"
#include "server/store/tagged.h"

namespace tsunagi::store {

// Parts that several records are made of.

template <>
struct Bounds<bot::ChannelKind> {
    static constexpr auto first = bot::ChannelKind::line, last = bot::ChannelKind::web;
};
template <>
struct Bounds<bot::MediaKind> {
    static constexpr auto first = bot::MediaKind::image, last = bot::MediaKind::file;
};

template <>
struct Bounds<bot::SendState> {
    static constexpr auto first = bot::SendState::none, last = bot::SendState::unknown;
};

template <>
struct Layout<bot::ChannelAddress> {
    static void fields(auto& field, auto& address)
    {
        auto& [kind, channel, user] = address;
        field(1, kind);
        field(2, channel);
        field(3, user);
    }
};

template <>
struct Layout<bot::QuickReply> {
    static void fields(auto& field, auto& quick_reply)
    {
        auto& [label, data] = quick_reply;
        field(1, label);
        field(2, data);
    }
};

template <>
struct Layout<bot::OutboundMessage> {
    static void fields(auto& field, auto& message)
    {
        auto& [text, quick_replies] = message;
        field(1, text);
        field(2, quick_replies);
    }
};

template <>
struct Layout<bot::ReplyToken> {
    static void fields(auto& field, auto& reply)
    {
        auto& [token, received_at] = reply;
        field(1, token);
        field(2, received_at);
    }
};

}  // namespace tsunagi::store
