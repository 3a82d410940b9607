#include "server/desk/desk_index.h"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>

using namespace tsunagi;

namespace {

const DeskId this_desk{"mirai"};
const TimePoint noon = from_unix_ms(1'795'143'600'000);

bot::Conversation conversation(int number)
{
    bot::Conversation made;
    made.desk = this_desk;
    made.id = ConversationId{"c" + std::to_string(number)};
    made.holder.since = noon;
    return made;
}

store::StaffAccount account_of(const char* id)
{
    store::StaffAccount account;
    account.id = CounselorId{id};
    account.desk = this_desk;
    return account;
}

}  // namespace

TEST_CASE("desk index: who stands ahead is what counting one by one says, whoever comes, goes or is ranked anew")
{
    std::mt19937 dice(11);
    desk::DeskIndex index;
    std::map<int, bot::Conversation> everybody;
    for (int i = 0; i < 60; ++i) everybody[i] = conversation(i);

    const handoff::OpeningHours hours;
    for (int step = 0; step < 2'000; ++step) {
        auto& moved = everybody[static_cast<int>(dice() % 60)];
        moved.holder = {};
        moved.holder.since = noon - Milliseconds(dice() % 5);
        moved.risk_level = static_cast<std::uint8_t>(dice() % 5);
        moved.handoff.reset();
        switch (dice() % 4) {
        case 0: moved.holder.kind = bot::HolderKind::bot; break;
        case 1:
            moved.holder.kind = bot::HolderKind::counselor;
            moved.holder.counselor = CounselorId{dice() % 2 ? "sato" : "tanaka"};
            break;
        default:
            moved.holder.kind = bot::HolderKind::queue;
            moved.handoff.emplace().requested_at = noon - Milliseconds(dice() % 5);  // many at the same instant
            moved.handoff->priority = static_cast<bot::Priority>(dice() % 4);
        }
        index.put(moved);

        const auto& asked = everybody[static_cast<int>(dice() % 60)];
        handoff::DeskView expected;
        std::size_t waiting = 0;
        for (const auto& [number, other] : everybody) {
            if (!other.holder.is_queue()) continue;
            ++waiting;
            handoff::count_ahead(expected, asked, handoff::waiting(other, other.holder.since), noon);
        }
        const auto view = index.view(asked, hours, noon);
        REQUIRE(view.waiting_ahead_normal == expected.waiting_ahead_normal);
        REQUIRE(view.waiting_ahead_soon == expected.waiting_ahead_soon);
        REQUIRE(view.waiting_ahead_high == expected.waiting_ahead_high);
        REQUIRE(view.waiting_ahead_emergency == expected.waiting_ahead_emergency);
        REQUIRE(index.waiting(this_desk) == waiting);
    }
}

TEST_CASE("desk index: at the desk are those who see who waits: a peer concierge sees nobody, and nobody would be called")
{
    desk::DeskIndex index;
    auto peer = account_of("mori");
    peer.role = handoff::Role::peer_concierge;
    peer.on_duty = true;
    index.put(peer, 3);
    const auto in_line = conversation(1);
    CHECK(index.view(in_line, {}, noon).on_duty == 0);
    auto sato = account_of("sato");
    sato.on_duty = true;
    index.put(sato, 3);
    CHECK(index.view(in_line, {}, noon).on_duty == 1);
}

TEST_CASE("desk index: what a counselor holds is counted as conversations come and go")
{
    desk::DeskIndex index;
    const auto account = account_of("sato");
    index.put(account, 5);
    CHECK(index.counselor(this_desk, account.id)->holding == 0);

    auto held = conversation(1);
    held.holder.kind = bot::HolderKind::counselor;
    held.holder.counselor = account.id;
    held.risk_level = 4;
    index.put(held);
    index.put(held);  // every message of hers is a commit
    CHECK(index.counselor(this_desk, account.id)->holding == 1);
    CHECK(index.counselor(this_desk, account.id)->holding_emergency == 1);

    held.risk_level = 0;
    index.put(held);
    CHECK(index.counselor(this_desk, account.id)->holding_emergency == 0);
    held.holder.kind = bot::HolderKind::closed;
    index.put(held);
    CHECK(index.counselor(this_desk, account.id)->holding == 0);
}

TEST_CASE("desk index: a commit that is told late does not undo the one that followed it")
{
    desk::DeskIndex index;
    const auto account = account_of("sato");
    index.put(account, 5);

    auto taken = conversation(1);
    taken.revision = 7;
    taken.holder.kind = bot::HolderKind::counselor;
    taken.holder.counselor = account.id;
    auto given_back = taken;
    given_back.revision = 8;
    given_back.holder = {};

    index.put(given_back);
    index.put(taken);
    CHECK(index.counselor(this_desk, account.id)->holding == 0);

    taken.revision = 9;
    index.put(taken);
    CHECK(index.counselor(this_desk, account.id)->holding == 1);
}
