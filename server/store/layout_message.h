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
struct Layout<bot::CardRow> {
    static void fields(auto& field, auto& row)
    {
        auto& [label, text] = row;
        field(1, label);
        field(2, text);
    }
};

template <>
struct Layout<bot::CardButton> {
    static void fields(auto& field, auto& button)
    {
        auto& [label, uri, data] = button;
        field(1, label);
        field(2, uri);
        field(3, data);
    }
};

template <>
struct Layout<bot::Card> {
    static void fields(auto& field, auto& card)
    {
        auto& [title, text, rows, buttons] = card;
        field(1, title);
        field(2, text);
        field(3, rows);
        field(4, buttons);
    }
};

template <>
struct Layout<bot::OutboundMedia> {
    static void fields(auto& field, auto& media)
    {
        auto& [kind, blob, file_name, mime, size_bytes] = media;
        field(1, kind);
        field(2, blob);
        field(3, file_name);
        field(4, mime);
        field(5, size_bytes);
    }
};

template <>
struct Layout<bot::OutboundMessage> {
    static void fields(auto& field, auto& message)
    {
        auto& [text, quick_replies, cards, media] = message;
        field(1, text);
        field(2, quick_replies);
        field(3, cards);
        field(4, media);
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
