#include "handoff/queue/place.h"

#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono;
using namespace tsunagi;
using namespace tsunagi::handoff;
using bot::Priority;
using story::friday;

namespace {

Waiting entry(const std::string& id, Priority priority, TimePoint requested_at)
{
    return {priority, requested_at, ConversationId{id}};
}

}  // namespace

TEST_CASE("order of the queue: urgency, then who asked first, then the id, so that no two stand at one place")
{
    const auto urgent = entry("d", Priority::emergency, friday + 3min);
    const auto early = entry("c", Priority::normal, friday);
    const auto twin_a = entry("a", Priority::normal, friday + 1min);
    const auto twin_b = entry("b", Priority::normal, friday + 1min);
    std::vector<Waiting> line{twin_b, early, urgent, twin_a};
    std::ranges::sort(line, is_before);
    std::string order;
    for (const auto& one : line) order += one.id.text;
    CHECK(order == "dcab");
    CHECK_FALSE(is_before(early, early));
}

TEST_CASE("place in line: a newcomer stands behind all of her urgency or more")
{
    const auto newcomer = story::greeted();
    DeskView desk;
    count_ahead(desk, newcomer, entry("1", Priority::normal, friday - 10min), friday);
    count_ahead(desk, newcomer, entry("2", Priority::soon, friday - 5min), friday);
    count_ahead(desk, newcomer, entry("3", Priority::emergency, friday - 1min), friday);
    CHECK(place_in_line(desk, Priority::normal) == 4);
    CHECK(place_in_line(desk, Priority::soon) == 3);
    CHECK(place_in_line(desk, Priority::high) == 2);
    CHECK(place_in_line(desk, Priority::emergency) == 2);
}

TEST_CASE("place in line: who waits already is not counted, nor who came after her")
{
    const auto she = story::waiting(friday);
    DeskView desk;
    count_ahead(desk, she, waiting(she, friday + 9min), friday + 9min);
    count_ahead(desk, she, entry("0", Priority::normal, friday + 1min), friday + 9min);
    CHECK(place_in_line(desk, Priority::normal) == 1);
    count_ahead(desk, she, entry("Z", Priority::normal, friday - 1min), friday + 9min);
    CHECK(place_in_line(desk, Priority::normal) == 2);

    auto urgent = she;
    urgent.handoff->priority = Priority::high;
    DeskView alone;
    count_ahead(alone, urgent, waiting(urgent, friday + 9min), friday + 9min);
    CHECK(place_in_line(alone, Priority::normal) == 1);
}

TEST_CASE("risk raises the place: R2 ahead of the normal ones, R3 at the head, R4 before everybody")
{
    CHECK(priority_of_risk(0) == Priority::normal);
    CHECK(priority_of_risk(1) == Priority::normal);
    CHECK(priority_of_risk(2) == Priority::soon);
    CHECK(priority_of_risk(3) == Priority::high);
    CHECK(priority_of_risk(4) == Priority::emergency);
}
