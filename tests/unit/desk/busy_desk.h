#pragma once
#include "server/ops/verify.h"
#include "tests/unit/desk/desk_fixture.h"

#include <algorithm>
#include <string>
#include <utility>

namespace tsunagi::testing {

using store::Space;

/// A desk in the middle of its work: one with the bot, one waiting, one with a counselor, requests not sent yet.
struct BusyDesk : DeskFixture {
    CounselorId yamada = hire("山田");
    BusyDesk()
    {
        for (const std::string user : {"U1", "U2", "U3"}) say(user, "e1" + user, "家賃が払えません");
        for (const std::string user : {"U2", "U3"}) say(user, "e2" + user, "人と話したい");
        for (const auto& conversation : conversations())
            if (conversation.address.user == "U3") REQUIRE(command(conversation.id, yamada, desk::Claim{}, "01K0000000000000000000000A").ok());
    }
    ops::Verified verify() { return run_on(context, ops::verify_store(store)); }
    std::string finding()
    {
        const auto verified = verify();
        return verified.broken.empty() ? "" : verified.broken.front().what;
    }
    /// The first row of `space` whose value is a `Record`.
    template <class Record>
    std::pair<std::string, Record> first(Space space)
    {
        for (const auto& [key, value] : store.rows(space))
            if (auto record = store::decode<Record>(value.bytes); record.ok()) return {key, std::move(record).value()};
        FAIL("no such row");
        return {};
    }
    bool finds(const std::string& what)
    {
        const auto verified = verify();
        return std::ranges::any_of(verified.broken, [&](const auto& broken) { return broken.what == what; });
    }
    /// Of the first conversation.
    std::pair<std::string, bot::Entry> first_inbound()
    {
        for (const auto& [key, value] : store.rows(Space::entry))
            if (auto entry = store::decode<bot::Entry>(value.bytes); entry.ok() && entry->kind == bot::EntryKind::inbound)
                return {key, std::move(entry).value()};
        FAIL("no such row");
        return {};
    }
    bot::Conversation held_by_yamada()
    {
        for (auto& conversation : conversations())
            if (conversation.holder.counselor == yamada) return conversation;
        FAIL("she holds nothing");
        return {};
    }
    void put(Space space, const std::string& key, std::string bytes) { store.put_back(space, key, store::Value{std::move(bytes), 1}); }
    void lose(Space space, const std::string& key) { store.put_back(space, key, std::nullopt); }
};

}  // namespace tsunagi::testing
